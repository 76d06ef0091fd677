// How links inside WebSocket frames begin, at either end.
#include <cstdint>
#include <cstdlib>

#include "kitecore/wire/websocketgreeting.h"

using namespace kite::wire;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArrayView head(data, qsizetype(size));
    beginsWebSocketGreeting(head);
    isWebSocketWelcome(head, "dGhlIHNhbXBsZSBub25jZQ==");
    const auto greeting = parseWebSocketGreeting(head);
    if (!greeting)
        return 0;
    if (greeting->webSocketKey.isEmpty() || qsizetype(greeting->kites.size()) > maxKitesPerGreeting)
        std::abort();
    const auto written = writeWebSocketGreeting(*greeting, greeting->webSocketKey, "relay.test");
    const auto again = parseWebSocketGreeting(written);
    if (!again || again->kites != greeting->kites)
        std::abort();
    return 0;
}
