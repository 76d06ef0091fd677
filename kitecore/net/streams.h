#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "kitecore/net/bytestream.h"
#include "kitecore/tls/context.h"

/// Makers of byte streams.
namespace kite::net {

/// A connected, non-blocking socket.
std::unique_ptr<ByteStream> descriptorStream(Loop &loop, Descriptor socket, Peer peer);

/// Two ends in one process: what is written to one is read from the other. Bounded at 256 KiB a
/// way. Both ends on one thread.
std::pair<std::unique_ptr<ByteStream>, std::unique_ptr<ByteStream>> streamPair(Loop &loop);

/// Gives these bytes and then fails; takes nothing. As the target of a splice: what a visitor is
/// told before it is closed.
std::unique_ptr<ByteStream> lastWords(Loop &loop, QByteArrayView words);

/// How a TLS handshake ended.
enum class TlsError {
    None,
    Untrusted, ///< The peer's certificate is not accepted: chain, name, date or fingerprint.
    Refused,   ///< The peer sent an alert (RFC 8446, 6).
    Broken,    ///< Connection lost, no TLS at all, or a deadline.
};

/// TLS over any stream; the handshake begins at once and is done by `done`, called once, never from
/// inside the maker. The stream can be used after TlsError::None and is otherwise useless.
///
/// Reading gives whole records; writing gathers small parts into one record and hands OpenSSL's
/// output to the lower stream at the end of the round. @param serverName SNI to send; empty: none.
using TlsDone = std::function<void(TlsError error, QString detail)>;
std::unique_ptr<ByteStream> tlsClient(Loop &loop, std::unique_ptr<ByteStream> lower,
                                      const tls::Context &context, const QByteArray &serverName,
                                      TlsDone done);
std::unique_ptr<ByteStream> tlsServer(Loop &loop, std::unique_ptr<ByteStream> lower,
                                      const tls::Context &context, TlsDone done);

} // namespace kite::net
