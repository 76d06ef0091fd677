#pragma once

#include <QByteArray>

/// Whether a kite can be reached, for pages that ask (PROTOCOL.md 13.4).
namespace kite::http {

enum class ProbeStatus {
    Ok,
    ConnectorDown, ///< `Down-BE`: the kite flies, what it points at does not answer.
    RelayDown,     ///< `Down-FE`: the relay knows no such kite, or does not tell.
};

enum class ProbeFormat {
    Picture, ///< 10x10 pixels, green or red
    Json,    ///< `{"pagekite-status": "ok"}`
};

/// The complete answer, for everybody's eyes; the connection is to be closed after it.
QByteArray probeAnswer(ProbeStatus status, ProbeFormat format);

} // namespace kite::http
