#pragma once

#include <optional>

#include <QString>

namespace kite {

/// A host and a port as people write them: `relay.example:443`, `192.0.2.7:80`, `[2001:db8::1]:80`.
struct Endpoint
{
    QString host; ///< Name or address, lower case, no brackets.
    quint16 port = 0;

    /// Reads `host:port`, `host` (then `defaultPort`), or with brackets for IPv6.
    /// @return std::nullopt for an empty host, a port outside 1..65535, blanks inside, or more than
    /// one colon in what is no IPv6 address.
    static std::optional<Endpoint> parse(QStringView text, quint16 defaultPort);

    /// The form parse() reads: IPv6 addresses get their brackets.
    QString toString() const;

    bool operator==(const Endpoint &) const = default;
};

} // namespace kite
