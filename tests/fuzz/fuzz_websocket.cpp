// What comes as WebSocket frames: whatever it is, announced sizes are kept and nothing is lost.
#include <cstdint>
#include <vector>

#include "kitecore/wire/websocketframe.h"
#include "tests/fuzz/require.h"

using namespace kite::wire;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size == 0)
        return 0;
    // The first byte says which side reads, and how fast the rest comes.
    const auto side = (data[0] & 0x80U) != 0 ? WebSocketSide::Server : WebSocketSide::Client;
    const std::size_t slice = (data[0] & 0x7fU) + 1U;
    std::vector<char> bytes(data + 1, data + size);
    WebSocketReader reader(side);
    qsizetype left = 0;
    for (std::size_t at = 0; at < bytes.size(); at += slice) {
        std::span<char> rest(bytes.data() + at, std::min(slice, bytes.size() - at));
        for (;;) {
            const auto what = reader.next(rest);
            if (!what)
                return 0;
            if (*what == WebSocketReader::What::NeedMore)
                break;
            if (*what == WebSocketReader::What::Message) {
                require(left == 0);
                left = reader.messageBytes();
                require(left > 0 && left <= maxWebSocketMessageBytes);
            } else if (*what == WebSocketReader::What::Data) {
                left -= reader.data().size();
                require(left >= 0 && !reader.data().isEmpty());
            } else {
                require(reader.control().size() <= maxWebSocketControlBytes);
            }
        }
        require(rest.empty());
    }
    return 0;
}
