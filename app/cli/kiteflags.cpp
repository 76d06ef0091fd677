#include "app/cli/kiteflags.h"

#include <algorithm>
#include <array>

#include "app/cli/optiontable.h"
#include "kitecore/http/headlines.h"

namespace kite::cli {

namespace {

using settings::KiteFlag;
using Target = settings::Target;

/// Of pagekite.py's own file server; `indexes` is read with the target.
constexpr std::array shareKeys {"indexes", "hide",        "uploads", "ul_filenames",
                                "cgi",     "photobackup", "root",    "xmlrpc"};

class FlagReader
{
public:
    using Outcome = Result<void, QString>;

    explicit FlagReader(const settings::KiteSpec &kite)
        : m_kite(kite)
        , m_isPort(kite.target.kind == Target::Kind::Port)
    {
        m_result.rules.forwardingFields = m_isPort;
    }

    Outcome take(const KiteFlag &flag);
    KiteFlags result(Firewall usual)
    {
        m_result.rules.firewall = m_isPort && m_firewall.value_or(usual) == Firewall::On;
        return m_result;
    }

private:
    struct Word
    {
        const char *key; ///< ends with a slash: the rest of the flag's key is the subject
        Outcome (FlagReader::*take)(const QString &subject, const QString &value);
        bool forPorts; ///< means nothing for a share
    };
    static const std::array<Word, 8> words;

    Outcome address(const QString &subject, const QString &value);
    Outcome addressList(const QString &, const QString &value);
    Outcome password(const QString &subject, const QString &value);
    Outcome rewriteHost(const QString &, const QString &value);
    Outcome rawHeaders(const QString &, const QString &value);
    Outcome proxyProtocol(const QString &, const QString &value);
    Outcome insecure(const QString &, const QString &value);
    Outcome addRange(const QString &text);
    static QString unknown(const QString &key);

    const settings::KiteSpec &m_kite;
    bool m_isPort;
    std::optional<Firewall> m_firewall;
    KiteFlags m_result;
};

constexpr std::array<FlagReader::Word, 8> FlagReader::words {{
    {"ip/", &FlagReader::address, false},
    {"ip", &FlagReader::addressList, false},
    {"password/", &FlagReader::password, false},
    {"user/", &FlagReader::password, false},
    {"rewritehost", &FlagReader::rewriteHost, true},
    {"rawheaders", &FlagReader::rawHeaders, true},
    {"proxyproto", &FlagReader::proxyProtocol, true},
    {"insecure", &FlagReader::insecure, false},
}};

/// As flags from files say it, too.
bool isOff(const QString &value)
{
    static const QStringList off {QStringLiteral("false"), QStringLiteral("0"),
                                  QStringLiteral("no"), QStringLiteral("off")};
    return off.contains(value.toLower());
}

FlagReader::Outcome FlagReader::take(const KiteFlag &flag)
{
    const auto slash = flag.key.indexOf(QLatin1Char('/'));
    const QString key = (slash < 0 ? flag.key : flag.key.first(slash + 1)).toLower();
    const auto *const word = std::ranges::find_if(
        words, [&](const Word &each) { return key == QLatin1String(each.key); });
    if (word != words.end()) {
        if (word->forPorts && !m_isPort) {
            m_result.unused.append(flag.key);
            return {};
        }
        return (this->*word->take)(slash < 0 ? QString() : flag.key.sliced(slash + 1), flag.value);
    }
    if (std::ranges::none_of(shareKeys,
                             [&](const char *known) { return key == QLatin1String(known); }))
        return Err {unknown(flag.key)};
    if (key != u"indexes" && !isOff(flag.value))
        m_result.unused.append(flag.key);
    return {};
}

FlagReader::Outcome FlagReader::address(const QString &subject, const QString &value)
{
    return isOff(value) ? Outcome {} : addRange(subject);
}

/// `+ip=2001:db8::/32`: keys hold no colons.
FlagReader::Outcome FlagReader::addressList(const QString &, const QString &value)
{
    for (const QString &each : value.split(QLatin1Char(','))) {
        if (auto added = addRange(each); !added)
            return added;
    }
    return {};
}

FlagReader::Outcome FlagReader::addRange(const QString &text)
{
    const auto range = origin::AddressRange::parse(text);
    if (!range)
        return Err {QStringLiteral("+ip: '%1' is no address; say 192.0.2.7, 192.0.2, 192.0.2.0/24 "
                                   "or +ip=2001:db8::/32.")
                        .arg(text)};
    m_result.rules.addresses.push_back(*range);
    return {};
}

FlagReader::Outcome FlagReader::password(const QString &subject, const QString &value)
{
    if (subject.isEmpty() || value.isEmpty() || value == u"true")
        return Err {QStringLiteral("+password needs a name and a password: +password/NAME=PASS.")};
    m_result.rules.passwords.add(subject.toUtf8(), value.toUtf8());
    return {};
}

FlagReader::Outcome FlagReader::rewriteHost(const QString &, const QString &value)
{
    auto &host = m_result.rules.host;
    host.clear();
    if (isOff(value))
        return {};
    host = value.toUtf8();
    if (value == u"true") {
        host = m_kite.target.endpoint.host.toUtf8();
        if (host.contains(':'))
            host = '[' + host + ']';
    }
    if (host.isEmpty() || !http::isHostField(host))
        return Err {QStringLiteral("+rewritehost: '%1' is no host.").arg(value)};
    return {};
}

FlagReader::Outcome FlagReader::rawHeaders(const QString &, const QString &value)
{
    m_result.rules.forwardingFields = isOff(value);
    return {};
}

FlagReader::Outcome FlagReader::proxyProtocol(const QString &, const QString &value)
{
    if (!isOff(value) && value != u"1" && value != u"true")
        return Err {QStringLiteral("+proxyproto: there is version 1 only.")};
    m_result.rules.proxyLine = !isOff(value);
    return {};
}

FlagReader::Outcome FlagReader::insecure(const QString &, const QString &value)
{
    m_firewall = isOff(value) ? Firewall::On : Firewall::Off;
    return {};
}

QString FlagReader::unknown(const QString &key)
{
    QStringList known;
    for (const Word &word : words)
        known.append(QLatin1String(word.key));
    for (const char *word : shareKeys)
        known.append(QLatin1String(word));
    const QString tried = key.first(std::min<qsizetype>(key.size(), 32)).toLower();
    const QString nearest = *std::ranges::min_element(
        known, {}, [&](const QString &word) { return editDistance(tried, word); });
    return QStringLiteral("+%1 is unknown; do you mean +%2?").arg(key, nearest);
}

} // namespace

Result<KiteFlags, QString> readKiteFlags(const QList<KiteFlag> &flags,
                                         const settings::KiteSpec &kite, Firewall usual)
{
    FlagReader reader(kite);
    for (const KiteFlag &flag : flags) {
        if (const auto taken = reader.take(flag); !taken)
            return Err {taken.error()};
    }
    return reader.result(usual);
}

} // namespace kite::cli
