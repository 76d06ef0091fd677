// Files of patterns: whatever stands in them, an address is judged in bounded time.
#include <cstdint>

#include "kitecore/relay/acceptfile.h"

using namespace kite::relay;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size > 4096)
        return 0; // many patterns cost what they cost, once for each file
    const auto rules
        = AcceptFile::read(QByteArray(reinterpret_cast<const char *>(data), qsizetype(size)));
    for (const char *address : {"127.0.0.1", "2001:db8::1", ""}) {
        const auto word = rules.wordFor(QString::fromLatin1(address), AddressRule::Word::Allow);
        if (rules.isEmpty() && word != AddressRule::Word::Allow)
            __builtin_trap();
    }
    return 0;
}
