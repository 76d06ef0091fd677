#include <cstddef>
#include <cstdint>

#include "kitecore/wire/greeting.h"
#include "tests/fuzz/require.h"

using namespace kite;

namespace {

void liesIn(QByteArrayView part, QByteArrayView whole)
{
    require(part.isEmpty() || (part.begin() >= whole.begin() && part.end() <= whole.end()));
    require(!part.contains('\n'));
}

/// Nothing that could break out of a header, a log line or a page.
void isPlain(QByteArrayView word)
{
    for (const char c : word)
        require(c > ' ' && c <= '~');
}

} // namespace

/// What a chunk's head gives lies in the chunk, belongs to something, and can be passed on.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArrayView lines(data, qsizetype(size));
    const auto head = wire::parseChunkHead(lines);
    if (!head)
        return 0;
    require(head->sid || head->noop || head->ping || head->pong);
    require(!head->sid || quint32(*head->sid) <= 99'999'999);
    require(!head->end || head->end->read || head->end->write);
    require(!head->writtenKib || qint64(*head->writtenKib * 1024) >= 0);
    for (const QByteArrayView word : {head->protocol, head->host, head->visitorAddress}) {
        liesIn(word, lines);
        isPlain(word);
    }
    for (const auto &[name, value] : head->pagekite) {
        liesIn(name, lines);
        liesIn(value, lines);
    }
    liesIn(head->ping.value_or(QByteArrayView()), lines);
    liesIn(head->pong.value_or(QByteArrayView()), lines);
    (void)wire::greetingFromChunk(*head);
    (void)wire::replyFromChunk(*head);
    return 0;
}
