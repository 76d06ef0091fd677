#include "app/cli/plan.h"

#include <algorithm>

#include <QDir>
#include <QSet>
#include <QSysInfo>
#include <QUrl>

#include "app/cli/kiteflags.h"
#include "app/cli/relayaccounts.h"
#include "app/cli/sentences.h"
#include "app/engine/embeddedrelay.h"
#include "kitecore/settings/kitelines.h"
#include "kitecore/settings/kitename.h"

namespace kite::cli {

namespace {

using Outcome = Result<void, UsageError>;
using settings::KiteSpec;
using settings::Target;

Err<UsageError> wrong(const QString &sentence)
{
    return Err {UsageError {sentence}};
}

/// A name that needs no relay: `demo`, `demo.localhost`.
std::optional<QString> labelOf(const KiteId &id)
{
    QString name = QString::fromUtf8(id.domain);
    if (name.endsWith(u".localhost"))
        name.chop(10);
    if (name.contains(QLatin1Char('.')) || name.contains(QLatin1Char('*')))
        return std::nullopt;
    return name;
}

class Planner
{
public:
    Planner(Verb verb, const Options &options, const secrets::Secret &environmentSecret,
            const Surroundings &surroundings)
        : m_options(options)
        , m_environmentSecret(environmentSecret)
        , m_surroundings(surroundings)
    {
        m_plan.verb = verb;
        m_plan.show = verb == Verb::Help ? Show::Help : options.show;
        m_plan.output = options.output;
        m_plan.metrics = options.metrics;
        m_plan.insecure = options.insecure;
        m_plan.running = options.running;
        m_plan.warnings = options.warnings;
    }

    Result<Plan, UsageError> plan(const QStringList &words)
    {
        if (m_plan.show == Show::Nothing || m_plan.show == Show::Settings) {
            const auto done = planRoles(words);
            if (!done && m_plan.show == Show::Nothing)
                return Err {done.error()};
        }
        return m_plan;
    }

private:
    Outcome planRoles(const QStringList &words)
    {
        if (m_plan.verb == Verb::Share)
            return planShare(words);
        if (m_plan.verb == Verb::Relay && !words.isEmpty())
            return wrong(
                QStringLiteral("kite relay takes options only; what is '%1'?").arg(words.first()));
        if (auto gathered = gatherKites(words); !gathered)
            return gathered;
        if (auto planned = planConnector(); !planned)
            return planned;
        if (m_plan.verb == Verb::Relay || m_options.relayRole)
            return planRelay();
        if (m_specs.isEmpty())
            return wrong(QStringLiteral("There is nothing to do: name what to share, or a kite."));
        return m_plan.connector ? planFlight() : planEmbedded();
    }

    Outcome planShare(const QStringList &paths)
    {
        if (paths.isEmpty())
            return wrong(QStringLiteral("kite share needs a folder or a file."));
        if (m_options.relayRole)
            return wrong(QStringLiteral("kite share is no relay; what is --isfrontend for?"));
        Target target;
        target.paths = paths;
        if (auto finished = finishPaths(target.paths, m_surroundings); !finished)
            return finished;
        if (const auto clash = clashOf(target.paths))
            return wrong(sentenceFor({share::ShareError::Clash, *clash}));
        target.hiddenFiles = m_options.hiddenFiles;
        target.listing = !m_options.noListing;
        const QString label
            = m_options.shareName.isEmpty() ? settings::labelFor(target) : m_options.shareName;
        embed(label, KiteId {"http", 0, label.toUtf8()}, target);
        return {};
    }

    /// Of paths that would stand in one listing, one whose name an earlier one has.
    static std::optional<QString> clashOf(const QStringList &paths)
    {
        QSet<QString> names;
        for (const QString &path : paths) {
            const QString name = QDir(path).dirName();
            if (names.contains(name))
                return path;
            names.insert(name);
        }
        return std::nullopt;
    }

    /// The kites of options and files, or in the place of those of files the ones named as words.
    Outcome gatherKites(const QStringList &words)
    {
        for (const auto &declared : m_options.kites) {
            if (!declared.on || (!words.isEmpty() && declared.fromFile))
                continue;
            KiteSpec kite = declared.spec;
            if (auto shares = findPaths(kite); !shares)
                return shares;
            applyShareWords(kite);
            m_specs.append(kite);
        }
        if (!words.isEmpty()) {
            const auto named = settings::parseKiteWords(words);
            if (!named)
                return wrong(sentenceFor(named.error()));
            for (const settings::KiteWords &kite : *named) {
                if (auto taken = takeNamed(kite); !taken)
                    return taken;
            }
        }
        for (KiteSpec &kite : m_specs) {
            if (auto finished = finishPaths(kite.target.paths, m_surroundings); !finished)
                return finished;
        }
        return {};
    }

    /// A name without an origin is a kite of a file, where one knows it; off ones fly as well.
    Outcome takeNamed(const settings::KiteWords &words)
    {
        QList<KiteSpec> kites;
        for (const auto &declared : m_options.kites) {
            const auto &id = declared.spec.id;
            const bool same
                = words.wholeDomain ? id.domain == words.spec.id.domain : id == words.spec.id;
            if (!words.withOrigin && declared.fromFile && same)
                kites.append(declared.spec);
        }
        if (kites.isEmpty())
            kites.append(words.spec);
        for (KiteSpec &kite : kites) {
            kite.flags = words.spec.flags;
            if (auto shares = findPaths(kite); !shares)
                return shares;
            applyShareWords(kite);
            if (find(kite.id) != m_specs.end())
                return wrong(QStringLiteral("%1 is there twice.").arg(nameOf(kite.id)));
            m_specs.append(kite);
        }
        return {};
    }

    QList<KiteSpec>::iterator find(const KiteId &id)
    {
        return std::ranges::find_if(m_specs, [&](const KiteSpec &one) { return one.id == id; });
    }

    /// What `webpath` leads a `builtin` kite to.
    Outcome findPaths(KiteSpec &kite)
    {
        if (kite.target.kind != Target::Kind::Share || !kite.target.paths.isEmpty())
            return {};
        for (const WebPath &path : m_options.webPaths) {
            if (path.domain != kite.id.domain || path.port != configPort(kite.id))
                continue;
            kite.target.paths.append(path.file);
            const QString last = QDir(QUrl::fromPercentEncoding(path.url.toUtf8())).dirName();
            if (!last.isEmpty() && last != QDir(path.file).dirName())
                m_plan.warnings.append(
                    QStringLiteral("%1 of %2 is not at %3 but under its own name.")
                        .arg(path.file, nameOf(kite.id), path.url));
        }
        dropInner(kite.target.paths);
        if (kite.target.paths.isEmpty())
            return wrong(nameOf(kite.id) + QLatin1String(": ")
                         + sentenceFor({settings::SpecError::BuiltIn, {}}));
        return {};
    }

    /// What is in a folder beside it is there already.
    static void dropInner(QStringList &paths)
    {
        const QStringList all = paths;
        paths.removeIf([&](const QString &path) {
            return std::ranges::any_of(all, [&](const QString &folder) {
                return path.startsWith(folder + QLatin1Char('/'));
            });
        });
    }

    static quint16 configPort(const KiteId &id) { return id.port == 0 ? quint16(80) : id.port; }

    /// Those behind its name, in the place of those of a file. What a file protects a kite by stays
    /// unless the name says something of the same kind.
    QList<settings::KiteFlag> flagsOf(const KiteSpec &kite) const
    {
        QList<settings::KiteFlag> flags = kite.flags;
        for (const auto &setting : m_options.kiteSettings) {
            const bool replaced = setting.fromFile && settings::replaces(kite.flags, setting.flag);
            if (!replaced && setting.domain == kite.id.domain
                && setting.port == configPort(kite.id))
                flags.append(setting.flag);
        }
        return flags;
    }

    /// pagekite.py lists folders only with `+indexes`; several paths are a list of their own.
    void applyShareWords(KiteSpec &kite) const
    {
        if (kite.target.kind != Target::Kind::Share)
            return;
        kite.target.listing = kite.target.paths.size() > 1;
        kite.target.hiddenFiles = m_options.hiddenFiles;
        for (const auto &flag : flagsOf(kite)) {
            if (flag.key == u"indexes") {
                kite.target.listing = flag.value != u"false";
                kite.target.hiddenFiles = kite.target.hiddenFiles || flag.value == u"all";
            }
        }
        kite.target.listing = kite.target.listing && !m_options.noListing;
    }

    /// What its flags ask for. Only who flies at a relay needs the firewall.
    Result<origin::Rules, UsageError> rulesOf(const KiteSpec &kite, Firewall usual)
    {
        const auto read = readKiteFlags(flagsOf(kite), kite, usual);
        if (!read)
            return wrong(nameOf(kite.id) + QLatin1String(": ") + read.error());
        for (const QString &key : read->unused)
            m_plan.warnings.append(
                QStringLiteral("+%1 of %2 is known but not acted on.").arg(key, nameOf(kite.id)));
        if (!read->rules.passwords.isEmpty() && !isHttp(kite.id))
            m_plan.warnings.append(
                QStringLiteral("+password keeps everybody out of %1: only http can ask for one.")
                    .arg(nameOf(kite.id)));
        auto rules = read->rules;
        rules.awayPages = m_options.relay.errorPages;
        return rules;
    }

    static bool isHttp(const KiteId &id)
    {
        return id.protocol == "http" || id.protocol == "http2" || id.protocol == "http3"
            || id.protocol == "websocket";
    }

    Outcome planConnector()
    {
        if (m_options.frontends.isEmpty() && !m_options.pool)
            return {};
        ConnectorPlan plan;
        for (const Endpoint &endpoint : m_options.frontends) {
            const auto same = [&](const auto &relay) { return relay.endpoint == endpoint; };
            if (std::ranges::none_of(plan.relays, same))
                plan.relays.append(chooseRelay(endpoint, m_options.link));
        }
        for (auto &relay : plan.relays)
            relay.route = routeTo(relay.endpoint.host);
        if (m_options.pool) {
            plan.pool = m_options.pool;
            plan.pool->never = m_options.neverRelays;
            plan.pool->ignoreKites = m_options.ignoreOldRelays;
            plan.pool->quiet = m_options.quiet;
            if (!plan.pool->file.isEmpty()) {
                QStringList paths {plan.pool->file};
                if (auto finished = finishPaths(paths, m_surroundings); !finished)
                    return finished;
                plan.pool->file = paths.first();
            }
            plan.poolRelay = chooseRelay({plan.pool->name, plan.pool->port}, m_options.link);
            plan.poolRelay.route = routeTo(plan.pool->name);
        }
        plan.options.announceCompression = !m_options.noZChunks;
        plan.options.answers = {m_options.relay.errorPages, m_options.relay.answerProbes};
        if (m_options.keepAlive.count() > 0)
            plan.options.pingAfter = m_options.keepAlive;
        plan.dynDns = m_options.dynDns;
        plan.adaptiveKeepAlive = m_options.adaptiveKeepAlive;
        plan.redial = !m_options.noLoop;
        plan.all = m_options.all;
        m_plan.connector = plan;
        return {};
    }

    /// The system's proxy is not for every host.
    net::Route routeTo(const QString &host) const
    {
        const bool isDirect
            = m_options.proxies.size() == 1
            && std::ranges::any_of(m_options.directHosts, [&](const QString &name) {
                   return name == u"*" || host == name || host.endsWith(QLatin1Char('.') + name);
               });
        return isDirect ? net::Route {} : m_options.proxies;
    }

    Outcome planRelay()
    {
        RelayPlan plan;
        plan.options = m_options.relay;
        plan.pemFile = m_options.relayPem;
        plan.portsGiven = m_options.portsGiven;
        plan.accessLog = m_options.accessLog;
        if (!plan.accessLog.isEmpty() && plan.accessLog != u"-") // also after --daemonize
            plan.accessLog = QDir(m_surroundings.workingFolder).absoluteFilePath(plan.accessLog);
        plan.options.announceCompression = !m_options.noZChunks;
        if (m_options.keepAlive.count() > 0)
            plan.options.pingAfter = m_options.keepAlive;
        plan.publicRelay = m_options.publicRelay;
        const bool isVerb = m_plan.verb == Verb::Relay;
        if (isVerb || !m_options.accountsFile.isEmpty())
            plan.accountsFile = accountsFileOf(m_options, m_surroundings);
        if (isVerb && plan.pemFile.isEmpty() && plan.options.tlsNames.isEmpty()) {
            plan.ownCertificate = ownCertificateFile(m_options, m_surroundings);
            const auto &said = m_options.publicRelay.host;
            plan.publicName
                = (said.isEmpty() ? QSysInfo::machineHostName().toLower() : said).toUtf8();
        }
        m_plan.relay = plan;
        return m_specs.isEmpty() ? Outcome {} : planFlight();
    }

    secrets::Secret secretFor(const KiteSpec &kite) const
    {
        if (!kite.secret.isEmpty())
            return secrets::Secret(kite.secret);
        for (const auto &same : m_options.kites) {
            if (same.spec.id == kite.id && !same.spec.secret.isEmpty())
                return secrets::Secret(same.spec.secret);
        }
        for (const auto &other : m_options.kites) {
            if (other.spec.id.domain == kite.id.domain && !other.spec.secret.isEmpty())
                return secrets::Secret(other.spec.secret);
        }
        if (!m_options.secretOfLine.isEmpty())
            return secrets::Secret(m_options.secretOfLine);
        return m_environmentSecret.isEmpty() ? secrets::Secret(m_options.secretOfFile)
                                             : m_environmentSecret;
    }

    /// Kites at relays, and in our own. Those without a secret stay down (PROTOCOL.md, "Kite
    /// specifications"); in our own relay nobody asks for one.
    Outcome planFlight()
    {
        QStringList without;
        const auto usual = m_options.insecure ? Firewall::Off : Firewall::On;
        for (const KiteSpec &kite : m_specs) {
            const auto rules = rulesOf(kite, usual);
            if (!rules)
                return Err {rules.error()};
            const auto secret = secretFor(kite);
            if (secret.isEmpty() && !m_plan.relay)
                without.append(nameOf(kite.id));
            else
                m_plan.kites.push_back({kite.id, kite.target, secret, *rules, flagsOf(kite)});
        }
        const QString sentence
            = QStringLiteral(
                  "There is no secret for %1: give it in KITE_SECRET, by --secret-file, or "
                  "in ~/.pagekite.rc.")
                  .arg(without.join(QLatin1String(", ")));
        if (m_plan.kites.empty())
            return wrong(sentence);
        if (!without.isEmpty())
            m_plan.warnings.append(sentence);
        return {};
    }

    Outcome planEmbedded()
    {
        for (const KiteSpec &kite : m_specs) {
            const auto label = labelOf(kite.id);
            if (!label || !app::EmbeddedRelay::carries(kite.id))
                return wrong(QStringLiteral("%1 needs a relay: say --frontend=HOST:PORT.")
                                 .arg(nameOf(kite.id)));
            const auto rules = rulesOf(kite, Firewall::Off);
            if (!rules)
                return Err {rules.error()};
            auto &wanted = embed(*label, kite.id, kite.target);
            wanted.rules = *rules;
            m_plan.embedded->flags.insert(wanted.kite.id, flagsOf(kite));
        }
        return {};
    }

    app::WantedKite &embed(const QString &label, const KiteId &id, const Target &target)
    {
        if (!m_plan.embedded) {
            m_plan.embedded = EmbeddedPlan {};
            m_plan.embedded->preferences.lan = m_options.lan;
            m_plan.embedded->preferences.port = m_options.port;
        }
        app::WantedKite kite;
        kite.kite.id = QString::fromUtf8(id.protoport()) + QLatin1Char(':') + label
            + QLatin1String(".localhost");
        kite.kite.name = label;
        kite.kite.protocol = QString::fromUtf8(id.protocol);
        kite.kite.publicPort = id.port;
        kite.kite.target = target;
        m_plan.embedded->kites.append(kite);
        return m_plan.embedded->kites.last();
    }

    const Options &m_options;
    const secrets::Secret &m_environmentSecret;
    const Surroundings &m_surroundings;
    QList<KiteSpec> m_specs;
    Plan m_plan;
};

bool isAddress(const QString &host)
{
    return !QHostAddress(host).isNull();
}

} // namespace

Result<void, UsageError> finishPaths(QStringList &paths, const Surroundings &surroundings)
{
    const QDir folder(surroundings.workingFolder);
    for (QString &path : paths) {
        if (path.isEmpty())
            return wrong(QStringLiteral("'' names nothing to share."));
        if (path == u"~" || path.startsWith(u"~/"))
            path = surroundings.homeFolder + path.sliced(1);
        if (QDir::isRelativePath(path) && surroundings.workingFolder.isEmpty())
            return wrong(
                QStringLiteral("'%1' is not there: the working folder was removed.").arg(path));
        path = QDir::cleanPath(folder.absoluteFilePath(path));
    }
    return {};
}

tunnel::RelayChoice chooseRelay(const Endpoint &endpoint, const LinkWords &words)
{
    tunnel::RelayChoice relay;
    relay.endpoint = endpoint;
    if (words.webSocket)
        relay.frames = tunnel::LinkFrames::WebSocket;
    auto &trust = relay.trust;
    trust.names = words.certNames;
    trust.fingerprints = words.pins + words.certFingerprints;
    trust.authorityFile = words.authorityFile;

    const bool checked = words.tls || words.authorityGiven || !words.pins.isEmpty();
    if (words.noCertCheck && words.pins.isEmpty()) {
        relay.tls = tunnel::LinkTls::Direct;
        trust.check = tls::RelayTrust::Check::None;
    } else if (!words.certNames.isEmpty() && !words.tls) {
        relay.tls = tunnel::LinkTls::ConnectName;
    } else if (checked) {
        relay.tls = tunnel::LinkTls::Direct;
        // A pin needs no name, and an address is none that a relay could look up (RFC 6066, 3).
        // Relays of a file (no host yet) are trusted by the name that stands there.
        if (trust.names.isEmpty() && !endpoint.host.isEmpty()
            && (words.pins.isEmpty() || !isAddress(endpoint.host)))
            trust.names = {endpoint.host.toUtf8()};
    }
    return relay;
}

Result<Plan, UsageError> makePlan(Verb verb, const QStringList &words, const Options &options,
                                  const secrets::Secret &environmentSecret,
                                  const Surroundings &surroundings)
{
    return Planner(verb, options, environmentSecret, surroundings).plan(words);
}

} // namespace kite::cli
