#include <cstddef>
#include <cstdint>

#include "kitecore/base/kiteid.h"
#include "kitecore/tls/clienthello.h"
#include "tests/fuzz/require.h"

using namespace kite;

/// While bytes arrive the answer is "not yet" until it is final: it never changes afterwards, and a
/// name is always one that may be asked for.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArrayView wire(data, qsizetype(size));
    const auto whole = tls::parseClientHello(wire);
    if (whole && *whole) {
        const auto &name = (*whole)->serverName;
        require(name.isEmpty() || (isDomain(name) && !name.startsWith('*')));
        require(name == name.toLower());
    }
    for (qsizetype bytes = 0; bytes < wire.size(); bytes += 1 + bytes / 64) {
        const auto part = tls::parseClientHello(wire.first(bytes));
        if (!part) {
            require(!whole && whole.error() == part.error());
        } else if (*part) {
            require(whole && *whole && (*whole)->serverName == (*part)->serverName
                    && (*whole)->protocols == (*part)->protocols);
        }
    }
    return 0;
}
