// A connection is cut into the same requests however its bytes come; what our lenient reader of
// heads makes of each head is the same; answers can be followed without a bound on time or memory.
#include <array>
#include <cstdint>

#include "kitecore/http/requestframing.h"
#include "kitecore/http/responseframing.h"
#include "tests/fuzz/require.h"

using namespace kite::http;
using kite::Result;
using Next = RequestFraming::Next;

namespace {

struct Cut
{
    QByteArray seen; ///< all pieces, each head and body marked
    std::optional<HeadError> error;
};

/// The lenient reader must agree on where the head ends and what it says of the body.
void checkHead(const RequestView &view, QByteArrayView bytes)
{
    const auto lenient = parseRequestHead(bytes);
    require(lenient && *lenient);
    const auto &head = **lenient;
    require(head.bytes == bytes.size() && head.method == view.method && head.target == view.target);
    require(head.headers.size() == std::size_t(view.fields.size()));
    require(head.bodyBytes().has_value() == !view.isChunked);
    require(view.isChunked || *head.bodyBytes() == view.bodyBytes);
    for (const auto &field : view.fields) {
        require(field.line.endsWith("\r\n") && field.line.startsWith(field.name));
        require(!field.line.chopped(2).contains('\r') && !field.line.chopped(2).contains('\n'));
    }
}

/// @param looks at bodies, too, even where nobody has to.
Cut cutInSlices(QByteArrayView wire, qsizetype slice, bool looks = true)
{
    Cut cut;
    RequestFraming framing;
    QByteArray rest;
    bool inBody = false;
    for (qsizetype at = 0; at < wire.size() && !cut.error; at += slice) {
        rest.append(wire.sliced(at, std::min(slice, wire.size() - at)));
        while (!rest.isEmpty()) {
            RequestView view;
            const auto unseen = std::min(quint64(rest.size()), looks ? 0 : framing.unwatched());
            framing.skip(unseen);
            const auto next = unseen > 0
                ? Result<Next, HeadError>(Next {RequestFraming::Piece::Body, qsizetype(unseen)})
                : framing.next(rest, view);
            if (!next) {
                cut.error = next.error();
                break;
            }
            if (next->piece == RequestFraming::Piece::Incomplete)
                break;
            const bool isHead = next->piece == RequestFraming::Piece::Head;
            require(next->bytes > 0 && next->bytes <= rest.size());
            if (isHead)
                checkHead(view, rest.first(next->bytes));
            if (isHead || !inBody)
                cut.seen.append(isHead ? "\n<head>" : "\n<body>");
            inBody = !isHead;
            cut.seen.append(rest.first(next->bytes));
            rest.remove(0, next->bytes);
        }
    }
    return cut;
}

void followAnswers(QByteArrayView wire)
{
    ResponseFraming whole;
    ResponseFraming sliced;
    for (auto *answers : {&whole, &sliced}) {
        answers->asked(ResponseFraming::Asked::Plainly);
        answers->asked(ResponseFraming::Asked::Head);
        answers->asked(ResponseFraming::Asked::Switch);
    }
    whole.pass(wire);
    for (qsizetype at = 0; at < wire.size(); at += 3)
        sliced.pass(wire.sliced(at, std::min<qsizetype>(3, wire.size() - at)));
    require(whole.flow() == sliced.flow() && whole.unanswered() == sliced.unanswered()
            && whole.awaitsSwitch() == sliced.awaitsSwitch());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArrayView wire(reinterpret_cast<const char *>(data), qsizetype(size));
    const auto ended = wire.toByteArray() + "\r\n\r\n"; // what is wrong with a head is told by then
    const auto whole = cutInSlices(ended, ended.size());
    const std::array others {cutInSlices(ended, 1), cutInSlices(ended, 5),
                             cutInSlices(ended, ended.size(), false), cutInSlices(ended, 5, false)};
    for (const auto &other : others) {
        require(other.error == whole.error);
        require(whole.error || other.seen == whole.seen);
    }
    followAnswers(wire);
    return 0;
}
