#include "app/cli/help.h"

#include "kitecore/settings/kitelines.h"

namespace kite::cli {

namespace {

constexpr auto stars = "******";

QString shareLines(const PlannedKite &kite, const QString &id)
{
    QString text
        = QStringLiteral("service_on = %1:localhost:builtin:%2\n").arg(id, QLatin1String(stars));
    for (const QByteArray &line : settings::pathLines(kite.id, kite.target.paths))
        text += QString::fromUtf8(line) + QLatin1Char('\n');
    return text;
}

QString flagLines(const PlannedKite &kite)
{
    QString text;
    for (const auto &flag : kite.flags) {
        const bool secret = flag.key.contains(QLatin1Char('/')) && !flag.key.startsWith(u"ip/");
        text += QStringLiteral("service_cfg = %1:%2:%3\n")
                    .arg(settings::configKey(kite.id), flag.key,
                         secret ? QLatin1String(stars) : flag.value);
    }
    return text;
}

QString kiteLine(const PlannedKite &kite)
{
    const auto &target = kite.target;
    const QString id = QString::fromUtf8(kite.id.protoport()) + QLatin1Char(':')
        + QString::fromUtf8(kite.id.domain);
    if (target.kind == settings::Target::Kind::Share)
        return shareLines(kite, id);
    QString host = target.endpoint.host;
    if (host.contains(QLatin1Char(':')))
        host = QLatin1Char('[') + host + QLatin1Char(']');
    return QStringLiteral("service_on = %1:%2:%3:%4\n")
        .arg(id, host, QString::number(target.endpoint.port), QLatin1String(stars));
}

QString protectionLines(const tunnel::RelayChoice &relay)
{
    if (relay.tls != tunnel::LinkTls::Direct)
        return {};
    return relay.trust.check == tls::RelayTrust::Check::None ? QStringLiteral("fe_nocertcheck\n")
                                                             : QStringLiteral("tls\n");
}

QString proxyLine(const net::ProxyHop &hop, bool quiet)
{
    static constexpr const char *kinds[] = {"http", "socks4", "socks4a", "socks5"};
    QString kind = QLatin1String(hop.tls ? "https" : kinds[int(hop.kind)]);
    if (quiet && hop.kind == net::ProxyHop::Kind::Socks5)
        kind = QStringLiteral("tor");
    const QString place = hop.endpoint.toString();
    if (hop.user.isEmpty())
        return QStringLiteral("proxy = %1:%2\n").arg(kind, place);
    return QStringLiteral("proxy = %1://%2:%3@%4\n")
        .arg(kind, QString::fromUtf8(hop.user), QLatin1String(stars), place);
}

QString poolLines(const tunnel::RelayPool &pool)
{
    QString text = QStringLiteral("frontends = %1:%2\n").arg(pool.wanted).arg(pool.toString());
    for (const auto &relay : pool.never)
        text += QStringLiteral("nofrontend = %1\n").arg(relay.toString());
    return pool.ignoreKites ? text + QLatin1String("new\n") : text;
}

QString connectorLines(const ConnectorPlan &plan)
{
    QString text;
    for (const auto &relay : plan.relays)
        text += QStringLiteral("frontend = %1\n").arg(relay.endpoint.toString());
    if (plan.pool)
        text += poolLines(*plan.pool);
    const auto &relay = plan.relays.isEmpty() ? plan.poolRelay : plan.relays.first();
    text += protectionLines(relay);
    if (relay.frames == tunnel::LinkFrames::WebSocket)
        text += QStringLiteral("wschunks\n");
    for (const auto &hop : relay.route)
        text += proxyLine(hop, plan.pool && plan.pool->quiet);
    const auto &trust = relay.trust;
    if (relay.tls == tunnel::LinkTls::ConnectName) {
        for (const auto &name : trust.names)
            text += QStringLiteral("fe_certname = %1\n").arg(QString::fromUtf8(name));
    }
    for (const auto &fingerprint : trust.fingerprints)
        text += QStringLiteral("pin = %1\n").arg(QString::fromUtf8(fingerprint));
    if (plan.dynDns)
        text += QStringLiteral("dyndns = %1\n").arg(plan.dynDns->toString());
    if (plan.adaptiveKeepAlive)
        text += QLatin1String("keepalive = auto\n");
    else if (plan.options.pingAfter != tunnel::ConnectorOptions {}.pingAfter)
        text += QStringLiteral("keepalive = %1\n").arg(plan.options.pingAfter.count());
    if (!trust.authorityFile.isEmpty())
        text += QStringLiteral("ca_certs = %1\n").arg(trust.authorityFile);
    return text;
}

QString ruleLines(const char *option, const QList<relay::AddressRule> &rules)
{
    QString text;
    for (const auto &rule : rules)
        text += QStringLiteral("%1 = %2:%3\n")
                    .arg(QLatin1String(option),
                         rule.word == relay::AddressRule::Word::Allow ? QStringLiteral("allow")
                                                                      : QStringLiteral("deny"),
                         rule.pattern);
    return text;
}

QString doorLines(const relay::RelayOptions &relay)
{
    QString text = ruleLines("client_acl", relay.visitorRules)
        + ruleLines("tunnel_acl", relay.connectorRules);
    if (!relay.acceptFile.isEmpty())
        text += QStringLiteral("accept_acl_file = %1\n").arg(relay.acceptFile);
    for (const auto &[address, bits] : relay.trustedProxies)
        text += QStringLiteral("trusted_proxy = %1/%2\n").arg(address.toString()).arg(bits);
    for (const auto &[real, reported] : relay.portAliases.asKeyValueRange())
        text += QStringLiteral("portalias = %1:%2\n").arg(real).arg(reported);
    return text;
}

/// What relays and connectors tell those that they can not serve.
QString answerLines(const http::OwnPages &pages, bool answerProbes)
{
    QString text;
    for (const auto &[domain, url] : pages.asKeyValueRange())
        text += QStringLiteral("errorurl = %1%2\n")
                    .arg(QString::fromUtf8(domain.isEmpty() ? domain : domain + ':'),
                         QString::fromUtf8(url));
    return answerProbes ? text : text + QLatin1String("noprobes\n");
}

QString pageLines(const relay::RelayOptions &relay)
{
    QString text = answerLines(relay.errorPages, relay.answerProbes);
    const auto &overload = relay.overload;
    if (overload.connections > 0)
        text += QStringLiteral("overload = %1\noverload_cpu = %2\noverload_mem = %3\n")
                    .arg(overload.connections)
                    .arg(overload.load)
                    .arg(overload.memory);
    if (!overload.file.isEmpty())
        text += QStringLiteral("overload_file = %1\n").arg(overload.file);
    if (!relay.dnsHints.isEmpty())
        text += QStringLiteral("dns_hints = %1\n").arg(QString::fromUtf8(relay.dnsHints.join(',')));
    for (const auto &upgrade : relay.upgrades)
        text += QStringLiteral("upgradeinfo = %1\n").arg(QString::fromUtf8(upgrade));
    return text;
}

QString limitLines(const relay::RelayOptions &relay)
{
    QString text;
    const auto add = [&](const char *option, int value) {
        text += QStringLiteral("%1 = %2\n").arg(QLatin1String(option)).arg(value);
    };
    add("head_timeout", int(relay.headTimeout.count()));
    add("idle_timeout", int(relay.idleTimeout.count()));
    if (relay.maxMemory > 0)
        add("max_memory", int(relay.maxMemory / 1'000'000));
    add("max_connections", relay.maxConnections);
    const auto addChosen = [&](const char *option, const relay::AddressLimit &limit) {
        if (limit.isUsual)
            text += QLatin1String("# ");
        add(option, limit.most);
    };
    addChosen("max_visitors_per_address", relay.visitorsPerAddress);
    addChosen("max_links_per_address", relay.linksPerAddress);
    add("max_streams_per_link", relay.maxStreamsPerLink);
    add("max_kites_per_link", relay.maxKitesPerLink);
    return text;
}

QString relayLines(const relay::RelayOptions &relay)
{
    QStringList ports;
    for (const quint16 port : relay.ports)
        ports.append(QString::number(port));
    QString text
        = QStringLiteral("isfrontend\nports = %1\nprotos = %2\n")
              .arg(ports.join(QLatin1Char(',')), QString::fromUtf8(relay.protocols.join(',')));
    if (relay.addresses != QList<QHostAddress> {QHostAddress::Any})
        text += QStringLiteral("host = %1\n").arg(relay.addresses.first().toString());
    if (!relay.rawPorts.isEmpty())
        text += QStringLiteral("rawports = %1\n").arg(QString::fromUtf8(relay.rawPorts.join(',')));
    for (const auto &account : relay.accounts)
        text += QStringLiteral("domain = %1:%2:%3\n")
                    .arg(QString::fromUtf8(account.protocols.join(',')),
                         QString::fromUtf8(account.domain), QLatin1String(stars));
    for (const auto &source : relay.accountSources) {
        const auto who
            = source.program.isEmpty() ? QString::fromUtf8(source.dnsSuffix) : source.program;
        const auto whose = source.kiteDomain.isEmpty() ? QByteArray() : source.kiteDomain + ':';
        text += QStringLiteral("authdomain = %1%2\n").arg(QString::fromUtf8(whose), who);
    }
    if (relay.accountQuestions != relay::RelayOptions().accountQuestions)
        text += QStringLiteral("auththreads = %1\n").arg(relay.accountQuestions);
    for (const auto &[domain, rate] : relay.visitorRates.asKeyValueRange())
        text += QStringLiteral("ratelimit_ips = %1%2/%3\n")
                    .arg(QString::fromUtf8(domain.isEmpty() ? domain : domain + ':'))
                    .arg(rate.visitors)
                    .arg(rate.within.count());
    text += doorLines(relay) + pageLines(relay);
    for (const auto &name : relay.tlsNames)
        text += QStringLiteral("tls_endpoint = %1:%2\n")
                    .arg(QString::fromUtf8(name.name), name.pemFile);
    if (!relay.tlsDefault.isEmpty())
        text += QStringLiteral("tls_default = %1\n").arg(QString::fromUtf8(relay.tlsDefault));
    text += QStringLiteral("hold = %1\ndrain = %2\n")
                .arg(relay.holdVisitors.count())
                .arg(relay.drainFor.count());
    return text + limitLines(relay);
}

/// How it runs, and what it tells.
QString processLines(const Plan &plan)
{
    static constexpr const char *levels[] = {"none", "err", "warn", "info", "debug"};
    QString text;
    if (plan.metrics.port != 0)
        text += QStringLiteral("metrics = %1\n").arg(plan.metrics.toString());
    if (!plan.output.logFile.isEmpty())
        text += QStringLiteral("logfile = %1\n").arg(plan.output.logFile);
    if (plan.output.level != LogLevel::Info)
        text
            += QStringLiteral("loglevel = %1\n").arg(QLatin1String(levels[int(plan.output.level)]));
    if (!plan.output.pidFile.isEmpty())
        text += QStringLiteral("pidfile = %1\n").arg(plan.output.pidFile);
    if (plan.running.daemonize)
        text += QLatin1String("daemonize\n");
    if (!plan.running.runAs.isEmpty())
        text += QStringLiteral("runas = %1\n").arg(plan.running.runAs);
    if (plan.connector && plan.connector->all)
        text += QLatin1String("all\n");
    return text;
}

} // namespace

QString settingsText(const Plan &plan)
{
    QString text = QStringLiteral("# Settings of kite " KITE_VERSION "; secrets are not shown.\n");
    if (plan.relay)
        text += relayLines(plan.relay->options);
    if (plan.relay && !plan.relay->accessLog.isEmpty())
        text += QStringLiteral("accesslog = %1\n").arg(plan.relay->accessLog);
    if (plan.relay && !plan.relay->accountsFile.isEmpty())
        text += QStringLiteral("accounts = %1\n").arg(plan.relay->accountsFile);
    if (plan.relay && !plan.relay->publicRelay.host.isEmpty()) {
        const auto &said = plan.relay->publicRelay;
        text += QStringLiteral("public = %1\n").arg(said.port == 0 ? said.host : said.toString());
    }
    if (plan.connector)
        text += connectorLines(*plan.connector);
    if (plan.connector && !plan.relay) {
        const auto &answers = plan.connector->options.answers;
        text += answerLines(answers.awayPages, answers.probes);
    }
    text += processLines(plan);
    if (plan.insecure)
        text += QLatin1String("insecure\n");
    for (const PlannedKite &kite : plan.kites)
        text += kiteLine(kite) + flagLines(kite);
    if (plan.embedded) {
        for (const auto &wanted : plan.embedded->kites) {
            const PlannedKite kite {KiteId {wanted.kite.protocol.toUtf8(), wanted.kite.publicPort,
                                            wanted.kite.name.toUtf8()},
                                    wanted.kite.target,
                                    {},
                                    {},
                                    plan.embedded->flags.value(wanted.kite.id)};
            text += kiteLine(kite) + flagLines(kite);
        }
    }
    return text + QLatin1String("END\n");
}

} // namespace kite::cli
