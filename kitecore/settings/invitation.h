#pragma once

#include <QByteArray>
#include <QString>

#include "kitecore/base/endpoint.h"
#include "kitecore/base/result.h"

namespace kite::settings {

/// Why a text is no invitation: the first thing that is wrong.
enum class InvitationFault {
    NotALink,  ///< It does not begin with `kite://`.
    TooLong,   ///< Over Invitation::maxBytes.
    BadRelay,  ///< No host, or a port that is none.
    BadName,   ///< None, or nothing that may stand as a domain.
    NoSecret,  ///< The end is missing.
    BadSecret, ///< A letter that no secret has, or too many.
    BadPin,    ///< Not 64 hex digits.
};

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

    static Result<Invitation, InvitationFault> parse(QStringView text);
    QString toString() const;
    bool operator==(const Invitation &) const = default;
};

} // namespace kite::settings
