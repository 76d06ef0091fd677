// Whatever a proxy answers, the talk ends or goes on within its caps, and says the same however the
// bytes were cut. The first byte chooses the kind of proxy and whether there is a password.
#include <cstdint>

#include "kitecore/net/proxyhandshake.h"
#include "tests/fuzz/require.h"

using namespace kite::net;

namespace {

struct Told
{
    QByteArrayList sent;
    bool done = false;
    bool failed = false;
    QByteArray rest;
    bool operator==(const Told &) const = default;
};

Told talk(const ProxyHop &hop, QByteArrayView bytes, qsizetype slice)
{
    Told told;
    ProxyHandshake handshake(hop, {QStringLiteral("192.0.2.1"), 443});
    require(handshake.begin().has_value());
    for (qsizetype at = 0; at < bytes.size(); at += slice) {
        const auto part = bytes.sliced(at, std::min(slice, bytes.size() - at));
        if (told.done) {
            told.rest += part;
            continue;
        }
        // an answer to what was not asked yet waits: it is looked at with the next bytes
        const auto next = handshake.feed(part);
        if (!next) {
            require(!next.error().detail.contains(u"not-a-secret"));
            told.failed = true;
            return told;
        }
        if (!next->send.isEmpty())
            told.sent << next->send;
        if (next->done) {
            told.done = true;
            told.rest = handshake.rest();
        }
        require(handshake.rest().size() <= ProxyHandshake::maxReplyBytes + slice);
    }
    return told;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size == 0)
        return 0;
    ProxyHop hop {ProxyHop::Kind(data[0] % 4), false, {QStringLiteral("p.test"), 1}, {}, {}};
    if (data[0] & 0x80) {
        hop.user = "me";
        hop.password = "not-a-secret";
    }
    const QByteArrayView bytes(reinterpret_cast<const char *>(data) + 1, qsizetype(size) - 1);
    const Told byBytes = talk(hop, bytes, 1);
    require(byBytes.sent.size() <= 2);
    if (hop.kind != ProxyHop::Kind::Socks5) // one answer only: any cut tells the same
        require(bytes.isEmpty() || talk(hop, bytes, bytes.size()).done == byBytes.done);
    return 0;
}
