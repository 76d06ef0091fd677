// What a share reads in single values: targets, ranges, dates, and what a file seems to be.
#include <cstdint>

#include "kitecore/http/byterange.h"
#include "kitecore/http/fieldsyntax.h"
#include "kitecore/http/httpdate.h"
#include "kitecore/http/mediatype.h"
#include "kitecore/http/targetpath.h"
#include "tests/fuzz/require.h"

using namespace kite::http;

namespace {

void ranges(QByteArrayView value)
{
    for (const quint64 size : {quint64(0), quint64(1), quint64(1000), ~quint64(0)}) {
        const auto choice = chooseRanges(value, size);
        require((choice.kind == RangeChoice::Kind::Parts) == !choice.parts.empty());
        require(qsizetype(choice.parts.size()) <= maxRanges);
        for (const auto &part : choice.parts)
            require(part.bytes > 0 && part.first < size && part.bytes <= size - part.first);
    }
}

void dates(QByteArrayView value)
{
    const std::chrono::seconds now {1'795'000'000};
    if (const auto date = parseDate(value, now))
        require(parseDate(formatDate(*date), now) == date);
}

void targets(QByteArrayView value)
{
    const auto path = parseTarget(value);
    if (!path)
        return;
    for (const auto &segment : path->segments) {
        require(!segment.isEmpty() && segment != "." && segment != "..");
        for (const char bad : {'\0', '/', '\\'})
            require(!segment.contains(bad));
    }
    const auto again = parseTarget(path->encoded());
    require(again && again->segments == path->segments && again->folder == path->folder);
    require(path->encoded().startsWith('/') && !path->encoded().startsWith("//"));
    queryValue(path->query, "a");
}

void contentTypes(QByteArrayView value)
{
    for (const QByteArrayView name : {"page.html", "notes.txt", "photo.jpg"})
        require(!hasControl(contentType(name, value)));
    require(!hasControl(contentType(value, value)));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArrayView value(data, qsizetype(size));
    ranges(value);
    dates(value);
    targets(value);
    contentTypes(value);
    return 0;
}
