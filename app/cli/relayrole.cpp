#include "app/cli/roles.h"

#include <QSslCertificate>

#include "app/engine/kiteurl.h"

namespace kite::cli {

namespace {

/// The names that the first certificate of a file is for. Empty: it is none.
QByteArrayList namesIn(const QString &pemFile)
{
    const auto certificates = QSslCertificate::fromPath(pemFile);
    if (certificates.isEmpty())
        return {};
    QByteArrayList names;
    const auto alternatives = certificates.first().subjectAlternativeNames().values(QSsl::DnsEntry);
    for (const QString &name : alternatives)
        names.append(name.toLower().toUtf8());
    if (names.isEmpty()) {
        for (const QString &name : certificates.first().subjectInfo(QSslCertificate::CommonName))
            names.append(name.toLower().toUtf8());
    }
    return names;
}

QString shown(const QHostAddress &address)
{
    return address == QHostAddress::Any ? QStringLiteral("*") : address.toString();
}

class RelayRole final : public Role
{
public:
    RelayRole(net::Loop &loop, Reporter &reporter, const RelayPlan &plan,
              const std::vector<OpenKite> &kites)
        : Role(reporter)
        , m_loop(loop)
        , m_plan(plan)
        , m_kites(kites)
    {
    }

    void start() override
    {
        if (const QString odd = addPemNames(); !odd.isEmpty())
            return fail(ExitCode::Other, {QStringLiteral("certificate"), odd});
        m_server = std::make_unique<relay::RelayServer>(m_loop, m_plan.options);
        connect(m_server.get(), &relay::RelayServer::kiteArrived, this,
                [this](const relay::KiteEvent &event) { arrived(event); });
        connect(m_server.get(), &relay::RelayServer::kiteLeft, this,
                [this](const relay::KiteEvent &event) { left(event); });
        connect(m_server.get(), &relay::RelayServer::drained, this, &Role::drained);
        for (const OpenKite &kite : m_kites)
            m_server->setLocalKite(kite.id, kite.target);
        if (const auto started = m_server->start(); !started)
            return refuse(started.error());
        tellListening();
        for (const OpenKite &kite : m_kites)
            reporter().tell(Flying {kite.id, urlOf(kite.id), self().toString(), std::nullopt, {}});
    }

    Drain drain() override
    {
        if (!m_server || m_server->ports().isEmpty())
            return Drain::Nothing;
        m_server->drain();
        return Drain::UnderWay;
    }

private:
    QString addPemNames()
    {
        if (m_plan.pemFile.isEmpty())
            return {};
        const auto names = namesIn(m_plan.pemFile);
        if (names.isEmpty())
            return QStringLiteral("%1 holds no certificate with a name.").arg(m_plan.pemFile);
        for (const auto &name : names)
            m_plan.options.tlsNames.append({name, m_plan.pemFile});
        if (m_plan.options.tlsDefault.isEmpty())
            m_plan.options.tlsDefault = names.first();
        return {};
    }

    void refuse(const relay::RelayFailure &failure)
    {
        if (failure.error == relay::RelayError::Listen)
            return fail(
                ExitCode::Unreachable,
                {QStringLiteral("port-taken"),
                 QStringLiteral("The relay cannot listen: %1. --ports=N can name another port.")
                     .arg(failure.detail)});
        fail(ExitCode::Other,
             {QStringLiteral("certificate"),
              QStringLiteral("A certificate cannot be used: %1.").arg(failure.detail)});
    }

    void fail(ExitCode code, const Failure &why) { Q_EMIT ended(code, why); }

    void tellListening()
    {
        const auto ports = m_server->ports();
        for (const auto &address : m_plan.options.addresses) {
            for (const quint16 port : ports)
                reporter().tell(Listening {Listening::Role::Relay, shown(address), port});
        }
    }

    Endpoint self() const
    {
        return {shown(m_plan.options.addresses.first()), m_server->ports().value(0)};
    }

    QString urlOf(const KiteId &kite) const
    {
        return app::publicUrl(kite, {self(), false, hasTls(kite.domain), m_server->ports()});
    }

    bool hasTls(const QByteArray &domain) const
    {
        return std::ranges::any_of(m_plan.options.tlsNames, [&](const tls::ServerName &one) {
            return one.name == domain
                || (one.name.startsWith("*.")
                    && domain.sliced(std::max<qsizetype>(domain.indexOf('.'), 0))
                        == one.name.sliced(1));
        });
    }

    void arrived(const relay::KiteEvent &event)
    {
        reporter().tell(
            Flying {event.id, urlOf(event.id), self().toString(), std::nullopt, event.connector});
    }

    void left(const relay::KiteEvent &event)
    {
        reporter().tell(
            Down {event.id, stats::DownReason::LinkLost, {}, self().toString(), event.connector});
    }

    net::Loop &m_loop;
    RelayPlan m_plan;
    std::vector<OpenKite> m_kites;
    std::unique_ptr<relay::RelayServer> m_server;
};

} // namespace

std::unique_ptr<Role> relayRole(net::Loop &loop, Reporter &reporter, const RelayPlan &plan,
                                const std::vector<OpenKite> &kites)
{
    return std::make_unique<RelayRole>(loop, reporter, plan, kites);
}

} // namespace kite::cli
