#include "kitecore/http/requestframing.h"

#include <algorithm>

#include "kitecore/base/limits.h"
#include "kitecore/http/fieldsyntax.h"
#include "kitecore/http/forwardingfields.h"

namespace kite::http {

namespace {

using Length = std::optional<quint64>;

/// Takes the line at the front of `rest`, without its CRLF.
/// @return std::nullopt: there is no line end yet.
Result<std::optional<QByteArrayView>, HeadError> takeLine(QByteArrayView &rest, HeadError bad)
{
    const auto end = rest.indexOf('\n');
    if (end < 0)
        return std::optional<QByteArrayView> {};
    if (end == 0 || rest[end - 1] != '\r')
        return Err {bad};
    const auto line = rest.first(end - 1);
    rest = rest.sliced(end + 1);
    return std::optional {line};
}

/// A line of a head with its CRLF.
QByteArrayView whole(QByteArrayView line)
{
    return {line.data(), line.size() + 2};
}

/// What a head says about its body, while its fields pass by.
struct Framing
{
    Length length;
    QByteArrayView lengthText; ///< as it was written
    int hosts = 0;
    bool chunked = false;

    Result<void, HeadError> note(const FieldLine &field);
    Result<void, HeadError> check(int minorVersion) const;
};

Result<void, HeadError> Framing::note(const FieldLine &field)
{
    // A server that takes `Content_Length` for the same must not differ from one that does not.
    if (sameFieldName(field.name, "Content-Length")) {
        const auto number = readNumber(field.value);
        const bool fits = number && *number <= quint64(std::numeric_limits<qint64>::max());
        const bool differs = length && field.value != lengthText; // even in zeros: who reads octal?
        if (!sameWord(field.name, "Content-Length") || !fits || differs)
            return Err {HeadError::BadLength};
        length = number;
        lengthText = field.value;
    } else if (sameFieldName(field.name, "Transfer-Encoding")) {
        if (!sameWord(field.name, "Transfer-Encoding") || chunked
            || !sameWord(field.value, "chunked"))
            return Err {HeadError::BadLength};
        chunked = true;
    } else if (sameFieldName(field.name, "Host")) {
        if (!isHostField(field.value) || ++hosts > 1)
            return Err {HeadError::BadHost};
    }
    return {};
}

/// All fields together.
Result<void, HeadError> Framing::check(int minorVersion) const
{
    if (hosts == 0 && minorVersion == 1)
        return Err {HeadError::BadHost};
    if (chunked && (length || minorVersion == 0))
        return Err {HeadError::BadLength};
    return {};
}

enum class Found : quint8 { Head, NotYet };

Result<void, HeadError> takeField(QByteArrayView line, Framing &framing, RequestView &view)
{
    const auto field = readFieldLine(line);
    if (!field)
        return Err {field.error()};
    if (auto noted = framing.note(*field); !noted)
        return noted;
    if (view.fields.size() == maxHeaderLines)
        return Err {HeadError::TooLong};
    view.fields.append({field->name, field->value, whole(line)});
    return {};
}

/// Reads the head at the front of `rest`, line by line.
Result<Found, HeadError> readHead(QByteArrayView &rest, RequestView &view)
{
    auto line = takeLine(rest, HeadError::BadRequestLine);
    if (line && *line && (*line)->isEmpty()) // a deployed client's mistake (RFC 9112, 2.2)
        line = takeLine(rest, HeadError::BadRequestLine);
    if (!line || !*line)
        return line ? Result<Found, HeadError>(Found::NotYet) : Err {line.error()};
    const auto request = readRequestLine(**line);
    if (!request)
        return Err {request.error()};
    view = {request->method, request->target, request->minorVersion, whole(**line), {}};

    Framing framing;
    while (true) {
        const auto next = takeLine(rest, HeadError::BadHeader);
        if (!next)
            return Err {next.error()};
        if (!*next)
            return Found::NotYet;
        if ((*next)->isEmpty())
            break;
        if (const auto taken = takeField(**next, framing, view); !taken)
            return Err {taken.error()};
    }
    if (const auto sound = framing.check(view.minorVersion); !sound)
        return Err {sound.error()};
    view.isChunked = framing.chunked;
    view.bodyBytes = framing.length.value_or(0);
    return Found::Head;
}

/// Whether a head may end within `bytes`; looks from `from` on.
bool hasHeadEnd(QByteArrayView bytes, qsizetype from)
{
    for (auto lf = bytes.indexOf('\n', from); lf >= 0; lf = bytes.indexOf('\n', lf + 1)) {
        const auto next = bytes.sliced(lf + 1);
        if (next.startsWith('\n') || next.startsWith("\r\n"))
            return true;
    }
    return false;
}

} // namespace

const RequestView::Field *RequestView::field(QByteArrayView name) const
{
    const auto *const found = std::ranges::find_if(
        fields, [name](const Field &field) { return sameWord(field.name, name); });
    return found == fields.end() ? nullptr : found;
}

Result<RequestFraming::Next, HeadError> RequestFraming::next(QByteArrayView bytes,
                                                             RequestView &view)
{
    switch (m_state) {
    case State::Head:
        return nextHead(bytes, view);
    case State::Length: {
        const auto part = std::min<quint64>(m_left, quint64(bytes.size()));
        skip(part);
        return Next {part > 0 ? Piece::Body : Piece::Incomplete, qsizetype(part)};
    }
    case State::Chunks:
        break;
    }
    return nextChunks(bytes);
}

void RequestFraming::skip(quint64 bytes)
{
    Q_ASSERT(bytes <= unwatched());
    m_left -= bytes;
    if (bytes > 0 && m_left == 0)
        m_state = State::Head;
}

Result<RequestFraming::Next, HeadError> RequestFraming::nextHead(QByteArrayView bytes,
                                                                 RequestView &view)
{
    const auto window = bytes.first(std::min(bytes.size(), limits::maxHeadBytes));
    const bool full = bytes.size() >= limits::maxHeadBytes;
    if (m_lookedOnce && !full && !hasHeadEnd(window, m_searched)) {
        m_searched = std::max<qsizetype>(0, window.size() - 2);
        return Next {};
    }
    auto rest = window;
    const auto read = readHead(rest, view);
    if (!read)
        return Err {read.error()};
    if (*read == Found::NotYet) {
        if (full)
            return Err {HeadError::TooLong};
        m_lookedOnce = true;
        m_searched = std::max<qsizetype>(0, window.size() - 2);
        return Next {};
    }
    m_lookedOnce = false;
    m_searched = 0;
    m_left = view.bodyBytes;
    m_chunks = {};
    m_state = view.isChunked ? State::Chunks : m_left > 0 ? State::Length : State::Head;
    return Next {Piece::Head, window.size() - rest.size()};
}

Result<RequestFraming::Next, HeadError> RequestFraming::nextChunks(QByteArrayView bytes)
{
    const auto taken = m_chunks.take(bytes);
    if (!taken)
        return Err {taken.error()};
    if (m_chunks.isComplete())
        m_state = State::Head;
    return Next {*taken > 0 ? Piece::Body : Piece::Incomplete, *taken};
}

} // namespace kite::http
