#include "kitecore/http/responseframing.h"

#include <algorithm>
#include <cstring>

#include "kitecore/base/limits.h"
#include "kitecore/http/fieldsyntax.h"

namespace kite::http {

namespace {

/// Where it is, or -1. Looked for a dozen times in each answer.
qsizetype lineEnd(QByteArrayView bytes)
{
    const void *found = std::memchr(bytes.data(), '\n', std::size_t(bytes.size()));
    return found == nullptr ? -1 : static_cast<const char *>(found) - bytes.data();
}

} // namespace

void ResponseFraming::asked(Asked what)
{
    Q_ASSERT(m_unanswered < maxUnanswered);
    const auto bit = quint32 {1} << m_unanswered++;
    m_heads |= what == Asked::Head ? bit : 0;
    m_switches |= what == Asked::Switch ? bit : 0;
}

void ResponseFraming::pass(QByteArrayView bytes)
{
    while (!bytes.isEmpty() && m_flow == Flow::Framed) {
        if (m_state != State::Bytes && m_state != State::ChunkBytes) {
            passLinePart(bytes);
            continue;
        }
        const auto part = std::min<quint64>(m_left, quint64(bytes.size()));
        bytes = bytes.sliced(qsizetype(part));
        skip(part);
    }
}

quint64 ResponseFraming::unwatched() const
{
    if (m_flow != Flow::Framed)
        return std::numeric_limits<quint64>::max();
    return m_state == State::Bytes || m_state == State::ChunkBytes ? m_left : 0;
}

void ResponseFraming::skip(quint64 bytes)
{
    Q_ASSERT(bytes <= unwatched());
    if (bytes == 0 || m_flow != Flow::Framed)
        return;
    m_left -= bytes;
    if (m_left > 0)
        return;
    if (m_state == State::Bytes)
        answered();
    else
        m_state = State::ChunkSize;
}

void ResponseFraming::passLinePart(QByteArrayView &bytes)
{
    const auto end = lineEnd(bytes);
    if (end < 0) {
        if (m_line.size() + bytes.size() > limits::maxHeadBytes)
            m_flow = Flow::ToTheEnd;
        else
            m_line.append(bytes);
        bytes = {};
        return;
    }
    auto line = bytes.first(end);
    bytes = bytes.sliced(end + 1);
    QByteArray joined;
    if (!m_line.isEmpty()) {
        joined = std::exchange(m_line, {}) + line.toByteArray();
        line = joined;
    }
    if (line.endsWith('\r'))
        line.chop(1);
    takeLine(line);
}

void ResponseFraming::takeLine(QByteArrayView line)
{
    switch (m_state) {
    case State::StatusLine:
        if (!line.isEmpty())
            readStatus(line);
        break;
    case State::Fields:
        if (line.isEmpty())
            headEnded();
        else
            readField(line);
        break;
    case State::ChunkSize:
        readChunkSize(line);
        break;
    case State::Trailers:
        if (line.isEmpty())
            answered();
        break;
    case State::Bytes:
    case State::ChunkBytes:
        Q_UNREACHABLE();
    }
}

void ResponseFraming::readStatus(QByteArrayView line)
{
    constexpr qsizetype codeAt = 9; // behind `HTTP/1.1 `
    const auto code = line.size() >= codeAt + 3 ? readNumber(line.sliced(codeAt, 3)) : std::nullopt;
    if (!line.startsWith("HTTP/1.") || !code) {
        m_flow = Flow::ToTheEnd;
        return;
    }
    m_status = int(*code);
    m_chunked = m_hasLength = m_otherCoding = false;
    m_left = 0;
    m_state = State::Fields;
}

void ResponseFraming::readField(QByteArrayView line)
{
    constexpr QByteArrayView length("Content-Length:");
    constexpr QByteArrayView coding("Transfer-Encoding:");
    const auto names = [line](QByteArrayView name) {
        return line.size() > name.size() && sameWord(line.first(name.size()), name);
    };
    if (names(length)) {
        const auto number = readNumber(trimBlanks(line.sliced(length.size())));
        m_hasLength = number.has_value();
        m_left = number.value_or(0);
    } else if (names(coding)) {
        for (ListItems items(line.sliced(coding.size())); const auto item = items.next();)
            m_chunked = sameWord(*item, "chunked");
        m_otherCoding = !m_chunked;
    }
}

/// The order of RFC 9112, 6.3.
void ResponseFraming::headEnded()
{
    const bool asksSwitch = (m_switches & 1) != 0;
    if (m_status == 101) {
        m_flow = asksSwitch ? Flow::Switched : Flow::Broken;
        return;
    }
    if (m_status < 200) { // interim: the answer is still to come
        m_state = State::StatusLine;
        return;
    }
    m_switches &= ~quint32 {1};
    if ((m_heads & 1) != 0 || m_status == 204 || m_status == 304)
        return answered();
    if (m_chunked) {
        m_state = State::ChunkSize;
        return;
    }
    if (!m_hasLength || m_otherCoding) {
        m_flow = Flow::ToTheEnd;
        return;
    }
    if (m_left == 0)
        return answered();
    m_state = State::Bytes;
}

void ResponseFraming::readChunkSize(QByteArrayView line)
{
    constexpr qsizetype maxDigits = 15;
    const auto *const end = std::ranges::find_if_not(line, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    });
    bool fits = false;
    const auto digits = line.first(end - line.begin());
    const auto size = digits.toByteArray().toULongLong(&fits, 16);
    if (!fits || digits.size() > maxDigits) {
        m_flow = Flow::ToTheEnd;
        return;
    }
    m_left = size + 2; // the line end behind the data
    m_state = size > 0 ? State::ChunkBytes : State::Trailers;
}

void ResponseFraming::answered()
{
    m_state = State::StatusLine;
    if (m_unanswered == 0) // said without being asked: a timeout, most likely
        return;
    --m_unanswered;
    m_heads >>= 1;
    m_switches >>= 1;
}

} // namespace kite::http
