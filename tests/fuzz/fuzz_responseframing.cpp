// Whatever a target answers: answers are counted alike however the bytes come, and never more than
// were asked for.
#include <algorithm>
#include <array>
#include <cstdint>

#include "kitecore/http/responseframing.h"
#include "tests/fuzz/require.h"

using kite::http::ResponseFraming;

namespace {

/// @param asked two bits for each request @param looks at bodies, too, even where nobody has to
ResponseFraming follow(std::uint8_t asked, QByteArrayView bytes, qsizetype slice, bool looks = true)
{
    using Asked = ResponseFraming::Asked;
    ResponseFraming framing;
    for (int i = 0; i < 4; ++i)
        framing.asked(std::array {Asked::Plainly, Asked::Head, Asked::Switch,
                                  Asked::Plainly}[std::size_t(asked >> (2 * i) & 3)]);
    while (!bytes.isEmpty()) {
        const auto part = bytes.first(std::min(slice, bytes.size()));
        const auto unseen = std::min(quint64(part.size()), looks ? 0 : framing.unwatched());
        framing.skip(unseen);
        framing.pass(part.sliced(qsizetype(unseen)));
        bytes = bytes.sliced(part.size());
        require(framing.unanswered() >= 0 && framing.unanswered() <= 4);
    }
    return framing;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size < 2)
        return 0;
    const QByteArrayView bytes(data + 2, qsizetype(size - 2));
    const auto whole = follow(data[0], bytes, std::max<qsizetype>(bytes.size(), 1));
    const auto slice = qsizetype(data[1] % 16) + 1;
    for (const auto &other :
         {follow(data[0], bytes, slice), follow(data[0], bytes, slice, false)}) {
        require(whole.flow() == other.flow() && whole.unanswered() == other.unanswered());
        require(whole.awaitsSwitch() == other.awaitsSwitch());
        require(whole.isBetweenAnswers() == other.isBetweenAnswers());
    }
    return 0;
}
