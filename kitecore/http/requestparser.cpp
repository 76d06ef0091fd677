#include <algorithm>

#include "kitecore/base/limits.h"
#include "kitecore/http/fieldsyntax.h"
#include "kitecore/http/headlines.h"

namespace kite::http {

namespace {

/// Takes the line at the front of `rest`, without its CRLF or LF. There must be an LF.
QByteArrayView takeLine(QByteArrayView &rest)
{
    const auto end = rest.indexOf('\n');
    auto line = rest.first(end);
    rest = rest.sliced(end + 1);
    if (line.endsWith('\r'))
        line.chop(1);
    return line;
}

/// One empty line in front of a request is a deployed client's mistake (RFC 9112, 2.2).
qsizetype leadingBlankBytes(QByteArrayView bytes)
{
    if (bytes.startsWith("\r\n"))
        return 2;
    return bytes.startsWith('\n') ? 1 : 0;
}

/// Where the head ends, behind its blank line; -1: not within `bytes`. Looks from `from` on.
qsizetype headEnd(QByteArrayView bytes, qsizetype from)
{
    for (auto lf = bytes.indexOf('\n', from); lf >= 0; lf = bytes.indexOf('\n', lf + 1)) {
        const auto next = bytes.sliced(lf + 1);
        if (next.startsWith('\n'))
            return lf + 2;
        if (next.startsWith("\r\n"))
            return lf + 3;
    }
    return -1;
}

/// What can be said of a request line that has not ended: whether it may still become one.
bool mayBecomeRequestLine(QByteArrayView begun)
{
    const auto space = begun.indexOf(' ');
    const auto method = space < 0 ? begun : begun.first(space);
    return method.size() <= maxMethodBytes && std::ranges::all_of(method, isTokenChar);
}

/// A header that should stand once.
struct Repeated
{
    qsizetype count = 0;
    QByteArrayView value;
    bool differs = false;
};

Repeated repeated(const RequestHead &head, QByteArrayView name)
{
    Repeated found;
    for (const auto &header : head.headers) {
        if (!sameWord(header.name, name))
            continue;
        if (found.count++ == 0)
            found.value = header.value;
        else if (!sameWord(header.value, found.value))
            found.differs = true;
    }
    return found;
}

/// The body's framing must have one meaning only, or two servers in a row will disagree about where
/// the next request begins (RFC 9112, 11.2).
bool hasOneFraming(const RequestHead &head)
{
    const auto length = repeated(head, "Content-Length");
    if (length.count > 0 && (length.differs || !readNumber(length.value)))
        return false;

    qsizetype codings = 0;
    qsizetype chunked = 0;
    bool endsChunked = true;
    for (const auto &header : head.headers) {
        if (!sameWord(header.name, "Transfer-Encoding"))
            continue;
        if (length.count > 0 || head.minorVersion == 0)
            return false;
        endsChunked = false;
        for (ListItems items(header.value); const auto item = items.next(); ++codings) {
            endsChunked = sameWord(*item, "chunked");
            chunked += endsChunked ? 1 : 0;
        }
    }
    return endsChunked && chunked <= 1;
}

Result<std::optional<RequestHead>, HeadError> readHead(QByteArrayView bytes)
{
    constexpr std::size_t usualHeaders = 16;
    RequestHead head;
    head.text = bytes.toByteArray(); // once: headers are many
    head.headers.reserve(usualHeaders);
    head.bytes = bytes.size();
    auto rest = QByteArrayView(head.text).sliced(leadingBlankBytes(bytes));
    const auto line = readRequestLine(takeLine(rest));
    if (!line)
        return Err {line.error()};
    head.method = line->method.toByteArray();
    head.target = line->target.toByteArray();
    head.minorVersion = line->minorVersion;
    for (auto next = takeLine(rest); !next.isEmpty(); next = takeLine(rest)) {
        if (qsizetype(head.headers.size()) == maxHeaderLines)
            return Err {HeadError::TooLong};
        const auto field = readFieldLine(next);
        if (!field)
            return Err {field.error()};
        head.headers.push_back({field->name, field->value});
    }
    const auto host = repeated(head, "Host");
    if (host.differs || !isHostField(host.value))
        return Err {HeadError::BadHost};
    if (!hasOneFraming(head))
        return Err {HeadError::BadLength};
    return std::optional {std::move(head)};
}

/// While the head is incomplete: the request line, if this call is the first that can judge it.
std::optional<HeadError> earlyError(QByteArrayView bytes, qsizetype searched)
{
    auto rest = bytes.sliced(leadingBlankBytes(bytes));
    if (rest == "\r") // begins like a blank line, in front or as the whole line
        return std::nullopt;
    const auto end = rest.indexOf('\n');
    if (end < 0) {
        const bool possible = mayBecomeRequestLine(rest);
        return possible ? std::nullopt : std::optional(HeadError::BadRequestLine);
    }
    if (bytes.size() - rest.size() + end < searched)
        return std::nullopt;
    const auto read = readRequestLine(takeLine(rest));
    return read ? std::nullopt : std::optional(read.error());
}

} // namespace

Result<std::optional<RequestHead>, HeadError> parseRequestHead(QByteArrayView bytes,
                                                               qsizetype *searchedBytes)
{
    const auto searched = searchedBytes ? *searchedBytes : 0;
    const auto blank = leadingBlankBytes(bytes);
    const auto window = bytes.first(std::min(bytes.size(), limits::maxHeadBytes));
    const auto end = headEnd(window, std::max(searched, blank));
    if (end >= 0)
        return readHead(bytes.first(end));
    if (const auto error = earlyError(window, searched))
        return Err {*error};
    if (bytes.size() >= limits::maxHeadBytes)
        return Err {HeadError::TooLong};
    if (searchedBytes) // a blank line may have begun with the last two bytes
        *searchedBytes = std::max<qsizetype>(0, bytes.size() - 2);
    return std::optional<RequestHead> {};
}

} // namespace kite::http
