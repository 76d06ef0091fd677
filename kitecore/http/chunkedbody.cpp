#include "kitecore/http/chunkedbody.h"

#include <algorithm>

#include "kitecore/http/fieldsyntax.h"
#include "kitecore/http/forwardingfields.h"
#include "kitecore/http/headlines.h"

namespace kite::http {

namespace {

int hexDigit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/// `HEX [ext]`; what an extension says is nobody's business, but it must begin like one.
std::optional<quint64> readSize(QByteArrayView line)
{
    constexpr qsizetype maxDigits = 16;
    quint64 size = 0;
    qsizetype digits = 0;
    for (; digits < line.size() && hexDigit(line[digits]) >= 0; ++digits) {
        if (digits == maxDigits)
            return std::nullopt;
        size = size * 16 + quint64(hexDigit(line[digits]));
        if (size > ChunkedBody::maxChunkBytes)
            return std::nullopt;
    }
    const auto rest = trimBlanks(line.sliced(digits));
    const bool fits = line.size() == digits || rest.startsWith(';');
    return digits > 0 && fits && !hasControl(line) ? std::optional(size) : std::nullopt;
}

Result<void, HeadError> judgeTrailer(QByteArrayView line)
{
    const auto field = readFieldLine(line);
    if (!field)
        return Err {field.error()};
    if (isGuardedField(field->name))
        return Err {HeadError::BadHeader};
    return {};
}

} // namespace

Result<qsizetype, HeadError> ChunkedBody::take(QByteArrayView bytes)
{
    qsizetype taken = 0;
    while (taken < bytes.size() && !isComplete()) {
        const auto some = takeSome(bytes.sliced(taken));
        if (!some)
            return some;
        if (*some == 0)
            break;
        taken += *some;
    }
    return taken;
}

Result<qsizetype, HeadError> ChunkedBody::takeSome(QByteArrayView bytes)
{
    switch (m_state) {
    case State::Size:
        return takeSize(bytes);
    case State::Data: {
        const auto data = qsizetype(std::min<quint64>(m_left, quint64(bytes.size())));
        m_left -= quint64(data);
        if (m_left == 0)
            m_state = State::DataEnd;
        return data;
    }
    case State::DataEnd:
        if (bytes.front() != '\r' || (bytes.size() > 1 && bytes[1] != '\n'))
            return Err {HeadError::BadLength};
        if (bytes.size() < 2)
            return qsizetype {0};
        m_state = State::Size;
        return qsizetype {2};
    case State::Trailers:
        return takeTrailers(bytes);
    case State::Complete:
        break;
    }
    return qsizetype {0};
}

Result<qsizetype, HeadError> ChunkedBody::takeSize(QByteArrayView bytes)
{
    const auto window = bytes.first(std::min(bytes.size(), maxSizeLineBytes));
    const auto end = window.indexOf('\n');
    if (end < 0) {
        if (bytes.size() >= maxSizeLineBytes)
            return Err {HeadError::BadLength};
        return qsizetype {0};
    }
    if (end == 0 || window[end - 1] != '\r')
        return Err {HeadError::BadLength};
    const auto size = readSize(window.first(end - 1));
    if (!size)
        return Err {HeadError::BadLength};
    m_left = *size;
    m_state = m_left > 0 ? State::Data : State::Trailers;
    return end + 1;
}

Result<qsizetype, HeadError> ChunkedBody::takeTrailers(QByteArrayView bytes)
{
    const auto window = bytes.first(std::min(bytes.size(), maxTrailerBytes));
    qsizetype at = 0;
    for (auto end = window.indexOf('\n'); end >= 0; end = window.indexOf('\n', at)) {
        if (end == at || window[end - 1] != '\r')
            return Err {HeadError::BadHeader};
        const auto line = window.sliced(at, end - 1 - at);
        at = end + 1;
        if (line.isEmpty()) {
            m_state = State::Complete;
            return at;
        }
        if (const auto judged = judgeTrailer(line); !judged)
            return Err {judged.error()};
    }
    if (bytes.size() >= maxTrailerBytes)
        return Err {HeadError::TooLong};
    return qsizetype {0};
}

} // namespace kite::http
