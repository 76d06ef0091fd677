#pragma once

#include <optional>

#include <QByteArray>
#include <QString>

#include "kitecore/base/endpoint.h"

namespace kite::settings {

/// Everything a kite needs to fly at somebody's relay, as one link (PROTOCOL.md, invitations):
/// `kite://HOST:PORT/NAME?pin=SHA256#SECRET`.
struct Invitation
{
    static constexpr qsizetype maxBytes = 1024;
    static constexpr quint16 defaultPort = 443;

    Endpoint relay;
    QByteArray name;        ///< of the kite, or `*.rest`
    QByteArray secret;      ///< letters, digits, `-`, `.`, `_`, `~`
    QByteArray fingerprint; ///< SHA-256 of the relay's certificate, lower-case hex; empty: the
                            ///< certificate is checked for the relay's name

    /// @return std::nullopt for anything else.
    static std::optional<Invitation> parse(QStringView text);
    QString toString() const;
    bool operator==(const Invitation &) const = default;
};

} // namespace kite::settings
