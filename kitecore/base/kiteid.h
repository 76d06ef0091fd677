#pragma once

#include <optional>

#include <QByteArray>
#include <QByteArrayList>
#include <QHashFunctions>

namespace kite {

/// The name under which a kite is known on the wire: protocol, optional public port, domain
/// (PROTOCOL.md 1: `http:a.example`, `http-8080:a.example`, `raw-22:*.example`).
struct KiteId
{
    static constexpr qsizetype maxDomainBytes = 253;  ///< RFC 1035, 2.3.4
    static constexpr qsizetype maxProtocolBytes = 24; ///< what libpagekite keeps

    QByteArray protocol; ///< Lower case, without port: `http`, `https`, `raw`, `websocket`, ...
    quint16 port = 0;    ///< Public port the kite is limited to; 0: any.
    QByteArray domain;   ///< Lower case; `*.rest` for a wildcard, `unknown` for the catch-all.

    /// Reads `protoport:domain`; lower-cases it.
    /// @return std::nullopt for anything that could not stand in a chunk header or a host name.
    static std::optional<KiteId> parse(QByteArrayView text);

    QByteArray protoport() const; ///< `http` or `http-8080`
    QByteArray toByteArray() const { return protoport() + ':' + domain; }

    bool operator==(const KiteId &) const = default;
};

/// Whether `name` may stand as a kite's domain: letters, digits, `-`, `_`, dots between labels, an
/// optional leading `*.`; at most KiteId::maxDomainBytes (PROTOCOL.md 1: no markup, no control).
bool isDomain(QByteArrayView name);

/// `*.b.c` and `*.c` above `a.b.c`, from the longest; of a wildcard itself, too.
QByteArrayList wildcardsFor(const QByteArray &domain);

inline size_t qHash(const KiteId &id, size_t seed = 0) noexcept
{
    return qHashMulti(seed, id.protocol, id.port, id.domain);
}

} // namespace kite
