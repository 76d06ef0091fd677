
#include "kitecore/wire/greeting.h"

/// The writing half of greeting.h; spellings and order as deployed programs send them.
namespace kite::wire {

namespace {

void add(QByteArray &lines, QByteArrayView name, QByteArrayView value)
{
    Q_ASSERT(!value.contains('\r') && !value.contains('\n'));
    lines.append(name).append(": ").append(value).append("\r\n");
}

void addFeatures(QByteArray &lines, const Features &features)
{
    constexpr QByteArrayView name = "X-PageKite-Features";
    if (features.compression)
        add(lines, name, "ZChunks");
    if (features.webSockets)
        add(lines, name, "WebSockets");
    if (features.addKites)
        add(lines, name, "AddKites");
    if (features.mobile)
        add(lines, name, "Mobile");
    if (features.wideWindow)
        add(lines, name, "KiteWindow");
    if (features.leaving)
        add(lines, name, "KiteLeaving");
}

QByteArray what(const Verdict &verdict)
{
    return verdict.kite.toByteArray() + ':' + verdict.connectorSalt;
}

void addVerdict(QByteArray &lines, const QByteArray &prefix, const Verdict &verdict)
{
    switch (verdict.kind) {
    case Verdict::Kind::SignThis:
        add(lines, prefix + "-SignThis", what(verdict) + ':' + verdict.detail);
        break;
    case Verdict::Kind::Accepted:
        add(lines, prefix + "-OK", what(verdict));
        break;
    case Verdict::Kind::SslOk:
        add(lines, prefix + "-SSL-OK", what(verdict));
        break;
    case Verdict::Kind::Duplicate:
        add(lines, prefix + "-Duplicate", what(verdict));
        break;
    case Verdict::Kind::Invalid:
        add(lines, prefix + "-Invalid", what(verdict));
        if (!verdict.detail.isEmpty())
            add(lines, prefix + "-Invalid-Why", what(verdict) + ';' + verdict.detail);
        break;
    }
}

/// Only positive numbers are ever sent.
void addCounter(QByteArray &lines, const QByteArray &name, qint64 value)
{
    if (value > 0)
        add(lines, name, QByteArray::number(value));
}

QByteArray joinPorts(const QList<quint16> &ports)
{
    QByteArrayList texts;
    for (const quint16 port : ports)
        texts += QByteArray::number(port);
    return texts.join(", ");
}

} // namespace

QByteArray writeGreetingLines(const Greeting &greeting)
{
    const QByteArray prefix = greeting.beanstalk ? "X-Beanstalk" : "X-PageKite";
    QByteArray lines;
    if (!greeting.version.isEmpty())
        add(lines, "X-PageKite-Version", greeting.version);
    for (const KiteRequest &kite : greeting.kites)
        add(lines, prefix, kite.payload() + ':' + kite.signature);
    return lines;
}

QByteArray writeFirstGreetingLines(const Greeting &greeting)
{
    QByteArray lines;
    addFeatures(lines, greeting.features);
    if (!greeting.replaces.isEmpty())
        add(lines, "X-PageKite-Replace", greeting.replaces);
    return lines + writeGreetingLines(greeting);
}

QByteArray writeGreeting(const Greeting &greeting)
{
    return "CONNECT PageKite:1 HTTP/1.0\r\n" + writeFirstGreetingLines(greeting) + "\r\n";
}

QByteArray writeReplyLines(const GreetingReply &reply, bool beanstalk)
{
    const QByteArray prefix = beanstalk ? "X-Beanstalk" : "X-PageKite";
    QByteArray lines;
    if (reply.leaving)
        add(lines, prefix + "-Leaving", "1");
    for (const Verdict &verdict : reply.verdicts)
        addVerdict(lines, prefix, verdict);
    if (!reply.sessionId.isEmpty())
        add(lines, prefix + "-SessionID", reply.sessionId);
    if (!reply.leaving)
        add(lines, prefix + "-Misc", "motd=" + reply.motd.toPercentEncoding());
    for (const QByteArray &upgrade : reply.upgrades)
        add(lines, prefix + "-Upgrade", upgrade);
    addCounter(lines, prefix + "-QConns", reply.quotaConns);
    addCounter(lines, prefix + "-QDays", reply.quotaDays);
    if (reply.visitors > 0 && reply.visitorSeconds > 0)
        add(lines, prefix + "-IPsPerSec",
            QByteArray::number(reply.visitors) + '/' + QByteArray::number(reply.visitorSeconds));
    addCounter(lines, prefix + "-Quota", reply.quotaKb);
    return lines;
}

QByteArray writeFirstReplyLines(const GreetingReply &reply, bool beanstalk)
{
    QByteArray lines;
    addFeatures(lines, reply.features);
    if (!reply.protocols.isEmpty())
        add(lines, "X-PageKite-Protos", reply.protocols.join(", "));
    if (!reply.ports.isEmpty())
        add(lines, "X-PageKite-Ports", joinPorts(reply.ports));
    if (!reply.rawPorts.isEmpty())
        add(lines, "X-PageKite-Raw-Ports", reply.rawPorts.join(", "));
    return lines + writeReplyLines(reply, beanstalk);
}

QByteArray writeReply(const GreetingReply &reply, bool beanstalk)
{
    return "HTTP/1.1 200 OK\r\n"
           "Content-Type: text/html; charset=utf-8\r\n"
           "Pragma: no-cache\r\n"
           "Expires: 0\r\n"
           "Cache-Control: no-store\r\n"
           "Connection: close\r\n"
           "Transfer-Encoding: chunked\r\n" // as PageKite relays camouflage themselves
        + writeFirstReplyLines(reply, beanstalk) + "\r\n";
}

} // namespace kite::wire
