#include "app/cli/events.h"

#include "kitecore/base/harmless.h"

namespace kite::cli {

namespace {

constexpr qsizetype longestValue = 4000;

/// Builds `key=value; key=value`; what would break the line apart is replaced.
class Pairs
{
public:
    Pairs &add(const char *key, QByteArray value)
    {
        for (char &c : value) {
            if (uchar(c) < ' ' || c == ';')
                c = ' ';
        }
        value = harmless(QString::fromUtf8(value), longestValue).toUtf8();
        m_text += (m_text.isEmpty() ? "" : "; ") + QByteArray(key) + '=' + value;
        return *this;
    }
    Pairs &add(const char *key, const char *value) { return add(key, QByteArray(value)); }
    Pairs &add(const char *key, const QString &value) { return add(key, value.toUtf8()); }
    Pairs &add(const char *key, qint64 value) { return add(key, QByteArray::number(value)); }
    Pairs &add(const KiteId &kite)
    {
        return add("proto", kite.protoport()).add("domain", kite.domain);
    }
    QByteArray text() const { return m_text; }

private:
    QByteArray m_text;
};

/// The word of a relay's refusal (PROTOCOL.md, "Greeting"); null: it is none.
const char *refusalWord(stats::DownReason reason)
{
    using enum stats::DownReason;
    switch (reason) {
    case BadSecret:
        return "signature";
    case UnknownKite:
        return "unauthorized";
    case NotServed:
        return "proto";
    case Quota:
        return "quota";
    default:
        return nullptr;
    }
}

struct Log
{
    QByteArray operator()(const Listening &event) const
    {
        const QString host = event.host == u"*" ? QString() : event.host;
        return Pairs().add("listen", host + QLatin1Char(':') + QString::number(event.port)).text();
    }
    QByteArray operator()(const Flying &event) const
    {
        if (!event.connector.isEmpty())
            return Pairs().add("BE", "Live").add(event.kite).add("id", event.connector).text();
        return Pairs()
            .add("FE", event.relay)
            .add(event.kite)
            .add("ssl", event.tls.value_or(false) ? "True" : "False")
            .text();
    }
    QByteArray operator()(const Down &event) const
    {
        if (!event.connector.isEmpty())
            return Pairs()
                .add("BE", "Gone")
                .add(event.kite)
                .add("eof", qint64(1))
                .add("id", event.connector)
                .text();
        Pairs pairs;
        pairs.add("FE", event.relay);
        if (event.reason == stats::DownReason::NameTaken)
            return pairs.add("err", "Duplicate").add(event.kite).text();
        if (const char *word = refusalWord(event.reason))
            return pairs.add("err", "Rejected")
                .add("proto", event.kite.protoport())
                .add("reason", word)
                .add("domain", event.kite.domain)
                .text();
        pairs.add("err", stats::downWord(event.reason)).add(event.kite).add("detail", event.detail);
        if (event.reason == stats::DownReason::LinkLost)
            pairs.add("eof", qint64(1));
        return pairs.text();
    }
    QByteArray operator()(const RelayMessage &event) const
    {
        return Pairs().add("FE", event.relay).add("motd", event.text).text();
    }
    QByteArray operator()(const QuotaLeft &event) const
    {
        const auto &quota = event.quota;
        Pairs pairs;
        pairs.add("FE", event.relay);
        if (quota.kb > 0)
            pairs.add("quota", quota.kb);
        if (quota.days > 0)
            pairs.add("days", quota.days);
        if (quota.connections > 0)
            pairs.add("conns", quota.connections);
        if (quota.visitors > 0)
            pairs.add("ips",
                      QByteArray::number(quota.visitors) + '/' + QByteArray::number(quota.seconds));
        return pairs.text();
    }
    QByteArray operator()(const UpgradeOffer &event) const
    {
        return Pairs()
            .add("FE", event.relay)
            .add("upgrade", event.upgrade.version)
            .add("tag", event.upgrade.tag)
            .add("url", event.upgrade.url)
            .text();
    }
    QByteArray operator()(const Traffic &event) const
    {
        return Pairs()
            .add("wrote", event.out)
            .add("read", event.in)
            .add("streams", event.streams)
            .add(event.kite)
            .text();
    }
    QByteArray operator()(const Visited &event) const
    {
        return Pairs()
            .add(event.visit.method.constData(), event.visit.path)
            .add("status", event.visit.status)
            .add("wrote", event.visit.bytes)
            .add(event.kite)
            .add("is", "BE")
            .add("remote_ip", event.visit.visitor)
            .text();
    }
    QByteArray operator()(const Failure &event) const
    {
        return Pairs().add("err", event.detail).add("reason", event.reason).text();
    }
};

} // namespace

QByteArray toLog(const Event &event)
{
    return std::visit(Log {}, event);
}

bool isProblem(const Event &event)
{
    const auto *down = std::get_if<Down>(&event);
    return std::holds_alternative<Failure>(event) || (down && down->connector.isEmpty());
}

} // namespace kite::cli
