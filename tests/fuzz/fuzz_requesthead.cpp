// A request head means the same however it is cut, holds nothing that could mean something else to
// the next server, and survives being written out and read again.
#include <cstdint>

#include "kitecore/base/limits.h"
#include "kitecore/http/byterange.h"
#include "kitecore/http/conditional.h"
#include "kitecore/http/fieldsyntax.h"
#include "kitecore/http/pages.h"
#include "kitecore/http/requesthead.h"
#include "kitecore/http/targetpath.h"
#include "tests/fuzz/require.h"

using namespace kite::http;

namespace {

using Outcome = kite::Result<std::optional<RequestHead>, HeadError>;

bool sameHead(const RequestHead &a, const RequestHead &b)
{
    return a.method == b.method && a.target == b.target && a.minorVersion == b.minorVersion
        && std::equal(a.headers.begin(), a.headers.end(), b.headers.begin(), b.headers.end(),
                      [](const Header &x, const Header &y) {
                          return x.name == y.name && x.value == y.value;
                      });
}

void requireSame(const Outcome &a, const Outcome &b)
{
    require(a.has_value() == b.has_value());
    if (!a)
        return require(a.error() == b.error());
    require(a->has_value() == b->has_value());
    if (*a)
        require((*a)->bytes == (*b)->bytes && sameHead(**a, **b));
}

Outcome parseInSlices(QByteArrayView wire, qsizetype slice)
{
    qsizetype searched = 0;
    Outcome outcome(std::optional<RequestHead> {});
    for (qsizetype end = std::min(slice, wire.size()); outcome && !*outcome;
         end = std::min(end + slice, wire.size())) {
        outcome = parseRequestHead(wire.first(end), &searched);
        if (end == wire.size())
            break;
    }
    return outcome;
}

QByteArray written(const RequestHead &head)
{
    QByteArray wire = head.method + ' ' + head.target + " HTTP/1."
        + QByteArray::number(head.minorVersion) + "\r\n";
    for (const auto &header : head.headers)
        wire += header.name.toByteArray() + ": " + header.value.toByteArray() + "\r\n";
    return wire + "\r\n";
}

void checkHead(const RequestHead &head, QByteArrayView wire)
{
    require(head.bytes > 0 && head.bytes <= wire.size()
            && head.bytes <= kite::limits::maxHeadBytes);
    require(isToken(head.method) && !head.target.isEmpty() && !hasControl(head.target)
            && !head.target.contains(' '));
    for (const auto &header : head.headers)
        require(isToken(header.name) && !hasControl(header.value)
                && trimBlanks(header.value) == header.value);
    require(!(head.header("Content-Length") && head.header("Transfer-Encoding")));
    require(head.header("Transfer-Encoding").has_value() == !head.bodyBytes().has_value());
    for (const char c : head.host())
        require(isTokenChar(c) || c == ':');

    const auto again = parseRequestHead(written(head));
    const bool grewTooLong = written(head).size() > kite::limits::maxHeadBytes; // LF became CRLF
    require(grewTooLong || (again && *again && sameHead(head, **again)));
}

void checkUses(const RequestHead &head)
{
    if (const auto path = parseTarget(head.target)) {
        for (const auto &segment : path->segments)
            require(!segment.isEmpty() && segment != "." && segment != ".."
                    && !segment.contains('/') && !segment.contains('\\')
                    && !segment.contains('\0'));
        const auto encoded = path->encoded();
        require(encoded.startsWith('/') && !encoded.startsWith("//"));
        const auto again = parseTarget(encoded);
        require(again && again->segments == path->segments);
    }
    constexpr quint64 size = 1000;
    const auto ranges = chooseRanges(head.header("Range").value_or(QByteArrayView()), size);
    quint64 bytes = 0;
    for (const auto &part : ranges.parts) {
        require(part.bytes > 0 && part.first < size && part.bytes <= size - part.first);
        bytes += part.bytes;
    }
    require(bytes <= size); // nobody gets more than the whole
    const Validators current {"\"x\"", std::chrono::seconds {784'111'777}};
    const std::chrono::seconds now {1'700'000'000};
    evaluateConditions(head, current, now);
    rangeCounts(head, current, now);
    head.isWebSocketUpgrade();
    head.keepsAlive();
    const auto page = awayPage(AwaySide::Relay, "http", head.host(), {});
    require(page.count("\r\n\r\n") == 1
            && page.count('<') == awayPage(AwaySide::Relay, "http", "x", {}).count('<'));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArrayView wire(reinterpret_cast<const char *>(data), qsizetype(size));
    const auto whole = parseRequestHead(wire);
    requireSame(whole, parseInSlices(wire, 1));
    requireSame(whole, parseInSlices(wire, 7));
    if (whole && *whole) {
        checkHead(**whole, wire);
        checkUses(**whole);
    }
    return 0;
}
