#pragma once

#include <optional>

#include <QByteArray>
#include <QHostAddress>
#include <QString>
#include <QUrl>

#include "kitecore/secrets/secret.h"

namespace kite::tunnel {

/// A name to keep pointed at relays, and the secret that proves it is ours.
struct DynDnsName
{
    QByteArray domain;
    secrets::Secret secret;
    bool operator==(const DynDnsName &) const = default;
};

/// Where names' addresses are told: a provider of dynamic DNS (PROTOCOL.md, "Dynamic DNS").
class DynDnsService
{
public:
    /// `pagekite.net`, `beanstalks.net`, `dyndns.org`, `no-ip.com`, each also as
    /// `USER:PASSWORD@PROVIDER`, or the template of a URL.
    /// @return std::nullopt for a provider nobody knows, or what is no http(s) URL.
    static std::optional<DynDnsService> parse(const QString &text);
    /// The provider of pagekite.net's relays, and of a reseller of them.
    static DynDnsService ofPageKite();
    enum class Scheme { Http, Https };
    static DynDnsService ofReseller(const QString &domain, Scheme scheme);

    /// With `%(domain)s`, `%(ips)s`, `%(ip)s`, `%(sign)s`, `%(user)s`, `%(pass)s`.
    const QString &urlTemplate() const { return m_template; }
    /// As it may be shown: no password.
    QString toString() const;

    /// The address that tells where `name` is, signed and with all values escaped. Never log it.
    /// @param addresses not empty. @param token unpredictable hex, for the signature.
    QUrl request(const DynDnsName &name, const QList<QHostAddress> &addresses,
                 QByteArrayView token) const;

    /// Whether the provider took it.
    static bool isSuccess(QByteArrayView body);

    bool operator==(const DynDnsService &) const = default;

private:
    explicit DynDnsService(QString urlTemplate, QString provider = {})
        : m_template(std::move(urlTemplate))
        , m_provider(std::move(provider))
    {
    }

    QString m_template;
    QString m_provider; ///< its short name; empty: none
    QByteArray m_user;
    QByteArray m_password;
};

} // namespace kite::tunnel
