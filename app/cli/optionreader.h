#pragma once

#include <array>

#include "app/cli/options.h"

namespace kite::cli {

/// Reads one setting after the other into Options. A member for each option that is acted on, in
/// optionreader_*.cpp by subject; the table in optionreader.cpp says which.
class OptionReader
{
public:
    using Outcome = Result<void, UsageError>;

    OptionReader(Verb verb, settings::RcFiles &files, const secrets::Secret &environmentSecret)
        : m_verb(verb)
        , m_files(files)
        , m_environmentSecret(environmentSecret)
    {
    }

    Outcome take(const Setting &setting);
    Options result() { return m_options; }

private:
    struct Handler
    {
        Act act;
        Outcome (OptionReader::*take)(const QString &value);
    };
    static const std::array<Handler, actCount - 1> handlers;

    Outcome nothing(const QString &) { return {}; }
    template <bool Options::*Member>
    Outcome set(const QString &)
    {
        m_options.*Member = true;
        return {};
    }
    template <bool Output::*Member>
    Outcome setOutput(const QString &)
    {
        m_options.output.*Member = true;
        return {};
    }
    template <bool LinkWords::*Member>
    Outcome setLink(const QString &)
    {
        m_options.link.*Member = true;
        return {};
    }
    template <Show What>
    Outcome show(const QString &)
    {
        m_options.show = What;
        return {};
    }

    Outcome kiteName(const QString &value);
    Outcome kiteSecret(const QString &value);
    Outcome secretFile(const QString &path);
    Outcome serviceOn(const QString &spec) { return declare(spec, true); }
    Outcome serviceOff(const QString &spec) { return declare(spec, false); }
    Outcome declare(const QString &spec, bool on);
    Outcome serviceCfg(const QString &value);
    Outcome webPath(const QString &value);
    template <settings::KiteEdit What>
    Outcome edit(const QString &)
    {
        return edit(What);
    }
    Outcome edit(settings::KiteEdit what);
    Outcome list(const QString &);
    Outcome save(const QString &);
    Outcome saveFile(const QString &path);

    Outcome frontend(const QString &value);
    Outcome frontends(const QString &value);
    Outcome noFrontend(const QString &value);
    Outcome defaults(const QString &value);
    Outcome whiteLabel(const QString &value);
    void useService(const QString &domain, const QByteArrayList &itsNames,
                    const QString &errorPage);
    Outcome certName(const QString &value);
    Outcome caCerts(const QString &value);
    Outcome tls(const QString &value);
    Outcome pin(const QString &value);
    Outcome keepAlive(const QString &value);
    Outcome dynDns(const QString &value);
    Outcome proxy(const QString &value);
    Outcome defaultProxy();
    Outcome noProxy(const QString &value);
    Outcome socksify(const QString &value);
    Outcome torify(const QString &value);

    Outcome host(const QString &value);
    Outcome ports(const QString &value);
    Outcome protos(const QString &value);
    Outcome rawPorts(const QString &value);
    Outcome domain(const QString &value);
    Outcome authDomain(const QString &value);
    Outcome authThreads(const QString &value);
    Outcome rateLimitIps(const QString &value);
    template <QList<relay::AddressRule> relay::RelayOptions::*Rules>
    Outcome addressRule(const QString &value)
    {
        return addressRule(value, m_options.relay.*Rules);
    }
    Outcome addressRule(const QString &value, QList<relay::AddressRule> &rules);
    Outcome acceptAclFile(const QString &path);
    Outcome trustedProxy(const QString &value);
    Outcome portAlias(const QString &value);
    Outcome errorUrl(const QString &value);
    Outcome upgradeInfo(const QString &value);
    Outcome noUpgradeInfo(const QString &value);
    Outcome overload(const QString &value);
    template <double relay::OverloadOptions::*Share>
    Outcome share(const QString &value)
    {
        return share(value, m_options.relay.overload.*Share);
    }
    Outcome share(const QString &value, double &into) const;
    Outcome overloadFile(const QString &path);
    Outcome dnsHints(const QString &value);
    Outcome noProbes(const QString &value);
    Outcome tlsEndpoint(const QString &value);
    Outcome tlsDefault(const QString &value);
    Outcome motd(const QString &path);
    Outcome workers(const QString &value);
    Outcome accounts(const QString &path);
    Outcome publicRelay(const QString &value);
    Outcome hold(const QString &value);
    template <std::chrono::seconds relay::RelayOptions::*Time, int Least>
    Outcome time(const QString &value)
    {
        static constexpr int most = 7 * 24 * 3600;
        const auto seconds = number(value, Least, most);
        if (!seconds)
            return Err {seconds.error()};
        m_options.relay.*Time = std::chrono::seconds(*seconds);
        return {};
    }
    Outcome drain(const QString &value);
    Outcome metrics(const QString &value);
    Outcome accessLog(const QString &path);
    Outcome maxMemory(const QString &value);
    /// A limit of the relay.
    template <int relay::RelayOptions::*Limit, int Most>
    Outcome limit(const QString &value)
    {
        return number(value, 1, Most, m_options.relay.*Limit);
    }
    template <relay::AddressLimit relay::RelayOptions::*Limit>
    Outcome limit(const QString &value)
    {
        return limit(value, m_options.relay.*Limit);
    }
    Outcome limit(const QString &value, relay::AddressLimit &into) const;

    Outcome name(const QString &value);
    Outcome port(const QString &value);
    Outcome logFile(const QString &value);
    Outcome logLevel(const QString &value);
    Outcome pidFile(const QString &value);
    Outcome watch(const QString &value);
    template <bool On>
    Outcome all(const QString &)
    {
        m_options.all = On;
        return {};
    }
    template <bool On>
    Outcome daemonize(const QString &)
    {
        return daemonize(On);
    }
    Outcome daemonize(bool on);
    Outcome runAs(const QString &value);

    /// Digits only, from `least` to `most`.
    Result<int, UsageError> number(const QString &value, int least, int most) const;
    bool fromFile() const { return !m_setting->place.isEmpty(); }
    /// A number of at least `least`, at most `most`, into `into`.
    Outcome number(const QString &value, int least, int most, int &into) const;
    /// The secret for kites without one, as far as it is known by now.
    QByteArray defaultSecret() const;
    Err<UsageError> bad(const QString &why) const;
    void warn(const QString &sentence);

    Verb m_verb;
    settings::RcFiles &m_files;
    const secrets::Secret &m_environmentSecret;
    Options m_options;
    const Setting *m_setting = nullptr; ///< the one that is being taken
    QList<const Option *> m_warned;
    bool m_errorPageSaid = false; ///< by the user, for all domains
};

// Values, as more than one option has them.

/// `a, B,c`: blanks and empty parts go, lower case.
QByteArrayList commaList(const QString &value);
/// 0..65535, digits only.
std::optional<quint16> readPort(QStringView text);
/// SHA-1 or SHA-256, lower-case hex.
bool isFingerprint(const QByteArray &text);
/// `http`, `http-8080`
bool isProtoport(const QByteArray &text);

} // namespace kite::cli
