#include <cstddef>
#include <cstdint>

#include "tests/fuzz/require.h"
#include "tests/support/seenchunks.h"

using namespace kite;
using namespace kite::test;

namespace {

/// A head that doubles while it grows, and the inflater's window.
constexpr qsizetype maxHeldBytes = 2 * wire::maxChunkHeadBytes + 64 * 1024;

void staysInItsBounds(const SeenChunks &seen)
{
    require(seen.largestBuffer <= maxHeldBytes);
    for (const SeenChunk &chunk : seen.chunks)
        require(chunk.data.size() < wire::maxChunkBytes);
}

} // namespace

/// However the bytes are cut into reads, the same chunks and the same error come out.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArrayView wire(data, qsizetype(size));
    const auto whole = decodeInSlices(wire, std::max<qsizetype>(1, wire.size()));
    staysInItsBounds(whole);
    for (const qsizetype slice : {1, 3, 11}) {
        const auto cut = decodeInSlices(wire, slice);
        staysInItsBounds(cut);
        require(cut.error == whole.error);
        require(cut.chunks == whole.chunks);
    }
    return 0;
}
