// Whatever answers a ping, what is read of it has its bounds.
#include <cstdint>

#include "kitecore/tunnel/pinganswer.h"
#include "tests/fuzz/require.h"

using namespace kite::tunnel;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArrayView bytes(reinterpret_cast<const char *>(data), qsizetype(size));
    for (const bool ended : {false, true}) {
        const auto answer = PingAnswer::parse(bytes, ended);
        if (!answer)
            continue;
        require(!ended || answer->has_value());
        if (!*answer)
            continue;
        require((*answer)->uuid.size() <= 64 && (*answer)->hints.size() <= PingAnswer::maxHints);
        for (const auto &hint : (*answer)->hints)
            require(!hint.name.isEmpty() && !hint.addresses.isEmpty()
                    && hint.addresses.size() <= PingAnswer::maxAddresses);
    }
    return 0;
}
