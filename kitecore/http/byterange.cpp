#include "kitecore/http/byterange.h"

#include <algorithm>
#include <limits>

#include "kitecore/http/fieldsyntax.h"

namespace kite::http {

namespace {

/// One range as asked for, before it meets a size.
struct Asked
{
    std::optional<quint64> first; ///< absent: a suffix of `last` bytes
    std::optional<quint64> last;  ///< absent: up to the end
};

/// Numbers beyond 64 bits are as good as the largest one.
quint64 readPosition(QByteArrayView digits)
{
    return readNumber(digits).value_or(std::numeric_limits<quint64>::max());
}

std::optional<Asked> readAsked(QByteArrayView item)
{
    const auto dash = item.indexOf('-');
    if (dash < 0)
        return std::nullopt;
    const auto first = item.first(dash);
    const auto last = item.sliced(dash + 1);
    if ((!first.isEmpty() && !isDigits(first)) || (!last.isEmpty() && !isDigits(last))
        || (first.isEmpty() && last.isEmpty()))
        return std::nullopt;
    Asked asked;
    if (!first.isEmpty())
        asked.first = readPosition(first);
    if (!last.isEmpty())
        asked.last = readPosition(last);
    if (asked.first && asked.last && *asked.first > *asked.last)
        return std::nullopt;
    return asked;
}

std::optional<ByteRange> clipped(const Asked &asked, quint64 size)
{
    if (!asked.first) {
        const auto bytes = std::min(*asked.last, size);
        return bytes > 0 ? std::optional(ByteRange {size - bytes, bytes}) : std::nullopt;
    }
    if (*asked.first >= size)
        return std::nullopt;
    const auto last = std::min(asked.last.value_or(size - 1), size - 1);
    return ByteRange {*asked.first, last - *asked.first + 1};
}

bool touch(const ByteRange &a, const ByteRange &b)
{
    return a.first <= b.last() + 1 && b.first <= a.last() + 1;
}

bool anyTouch(const std::vector<ByteRange> &parts)
{
    for (std::size_t a = 0; a < parts.size(); ++a) {
        for (std::size_t b = a + 1; b < parts.size(); ++b) {
            if (touch(parts[a], parts[b]))
                return true;
        }
    }
    return false;
}

std::vector<ByteRange> joined(std::vector<ByteRange> parts)
{
    if (!anyTouch(parts))
        return parts;
    std::ranges::sort(parts, {}, &ByteRange::first);
    std::vector<ByteRange> result;
    for (const auto &part : parts) {
        if (result.empty() || !touch(result.back(), part)) {
            result.push_back(part);
            continue;
        }
        auto &before = result.back();
        before.bytes = std::max(before.last(), part.last()) - before.first + 1;
    }
    return result;
}

} // namespace

RangeChoice chooseRanges(QByteArrayView header, quint64 size)
{
    const auto equals = header.indexOf('=');
    if (equals < 0 || !sameWord(header.first(equals), "bytes"))
        return {};
    std::vector<ByteRange> parts;
    qsizetype asked = 0;
    for (ListItems items(header.sliced(equals + 1)); const auto item = items.next();) {
        const auto range = readAsked(*item);
        if (!range || ++asked > maxRanges)
            return {};
        if (const auto part = clipped(*range, size))
            parts.push_back(*part);
    }
    if (asked == 0)
        return {};
    if (parts.empty())
        return {RangeChoice::Kind::Unsatisfiable, {}};
    return {RangeChoice::Kind::Parts, joined(std::move(parts))};
}

QByteArray contentRange(const ByteRange &part, quint64 size)
{
    return "bytes " + QByteArray::number(part.first) + '-' + QByteArray::number(part.last()) + '/'
        + QByteArray::number(size);
}

QByteArray contentRangeUnsatisfied(quint64 size)
{
    return "bytes */" + QByteArray::number(size);
}

} // namespace kite::http
