#include "kitecore/wire/chunkdecoder.h"

#include <algorithm>

#include "kitecore/wire/inflater.h"

namespace kite::wire {

namespace {

/// More digits than maxChunkBytes needs: leading zeros are tolerated, endless ones are not.
constexpr int maxSizeDigits = 8;

int hexValue(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    const char lower = char(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// `HEX[ZHEX][R]` CRLF, one character at a time, so that it may be cut anywhere.
class SizeLine
{
public:
    enum class Step { More, Done };

    Result<Step, ChunkError> take(char c)
    {
        if (m_sawReturn)
            return c == '\n' ? finish() : Err {ChunkError::BadLength};
        if (const int digit = hexValue(c); digit >= 0 && !m_reset)
            return addDigit(digit);
        if (m_digits == 0)
            return Err {ChunkError::BadLength};
        if (c == 'Z' && !m_compressed && !m_reset) {
            m_compressed = true;
            m_bodyBytes = m_wireBytes;
            m_wireBytes = 0;
            m_digits = 0;
        } else if (c == 'R' && !m_reset) {
            m_reset = true;
        } else if (c == '\r') {
            m_sawReturn = true;
        } else {
            return Err {ChunkError::BadLength};
        }
        return Step::More;
    }

    bool isCompressed() const { return m_compressed; }
    bool resetsDeflate() const { return m_reset; }
    qsizetype wireBytes() const { return m_wireBytes; }
    qsizetype bodyBytes() const { return m_bodyBytes; } ///< after inflating

private:
    Result<Step, ChunkError> addDigit(int digit)
    {
        if (++m_digits > maxSizeDigits)
            return Err {ChunkError::BadLength};
        m_wireBytes = m_wireBytes * 16 + digit;
        if (m_wireBytes > maxChunkBytes)
            return Err {ChunkError::TooLong};
        return Step::More;
    }

    Result<Step, ChunkError> finish()
    {
        if (!m_compressed)
            m_bodyBytes = m_wireBytes;
        if (m_wireBytes == 0 || m_bodyBytes == 0)
            return Err {ChunkError::ZeroLength};
        return Step::Done;
    }

    qsizetype m_wireBytes = 0;
    qsizetype m_bodyBytes = 0;
    int m_digits = 0;
    bool m_compressed = false;
    bool m_reset = false;
    bool m_sawReturn = false;
};

constexpr QByteArrayView blankLine = "\r\n\r\n";

/// Where it begins, or -1. From line end to line end: heads are mostly lines, not line ends.
qsizetype findBlankLine(QByteArrayView bytes)
{
    for (auto end = bytes.indexOf('\n'); end >= 0; end = bytes.indexOf('\n', end + 1)) {
        const bool isEnd = end >= 3 && bytes[end - 1] == '\r' && bytes[end - 2] == '\n'
            && bytes[end - 3] == '\r';
        if (isEnd)
            return end - 3;
    }
    return -1;
}

} // namespace

class ChunkDecoder::Private
{
public:
    Result<What, ChunkError> next(QByteArrayView &bytes);
    qsizetype dataLeft() const
    {
        return m_place == Place::Data && !m_size.isCompressed() ? m_bodyLeft : 0;
    }
    void skip(qsizetype bytes) { m_bodyLeft -= bytes; }
    bool awaitsHead() const { return m_place != Place::Data || m_bodyLeft == 0; }

    ChunkHead head;
    QByteArrayView data;
    QByteArray carried; ///< the front of a head that a read cut
    Inflater inflater;

private:
    enum class Place { Size, Head, Data };

    Result<What, ChunkError> readChunk(QByteArrayView &bytes);
    Result<What, ChunkError> readSize(QByteArrayView &bytes);
    Result<What, ChunkError> readBody(QByteArrayView &body);
    Result<What, ChunkError> readHead(QByteArrayView &body);
    Result<What, ChunkError> readHeadOn(QByteArrayView &body);
    Result<What, ChunkError> inflateBody(QByteArrayView &bytes);
    Result<What, ChunkError> openHead(QByteArrayView lines);
    void inflateMore(QByteArrayView &bytes);
    void forgetCarried();

    Place m_place = Place::Size;
    SizeLine m_size;
    qsizetype m_wireLeft = 0;  ///< of a compressed body, not yet read
    qsizetype m_bodyLeft = 0;  ///< of the body, not yet handed out
    QByteArrayView m_inflated; ///< not yet handed out
    bool m_deflateBroken = false;
    std::optional<ChunkError> m_failed;
};

Result<ChunkDecoder::What, ChunkError> ChunkDecoder::Private::next(QByteArrayView &bytes)
{
    if (m_failed)
        return Err {*m_failed};
    const auto step = readChunk(bytes);
    if (!step)
        m_failed = step.error();
    return step;
}

Result<ChunkDecoder::What, ChunkError> ChunkDecoder::Private::readChunk(QByteArrayView &bytes)
{
    if (m_place == Place::Size) {
        const auto step = readSize(bytes);
        if (!step || *step == What::NeedMore)
            return step;
    }
    return m_size.isCompressed() ? inflateBody(bytes) : readBody(bytes);
}

/// @return Head as soon as the size line is complete.
Result<ChunkDecoder::What, ChunkError> ChunkDecoder::Private::readSize(QByteArrayView &bytes)
{
    while (!bytes.isEmpty()) {
        const auto step = m_size.take(bytes.front());
        if (!step)
            return Err {step.error()};
        bytes = bytes.sliced(1);
        if (*step == SizeLine::Step::Done) {
            if (m_size.resetsDeflate())
                inflater.reset();
            m_wireLeft = m_size.wireBytes();
            m_bodyLeft = m_size.bodyBytes();
            m_place = Place::Head;
            return What::Head;
        }
    }
    return What::NeedMore;
}

Result<ChunkDecoder::What, ChunkError> ChunkDecoder::Private::readBody(QByteArrayView &body)
{
    if (m_place == Place::Head)
        return carried.isEmpty() ? readHead(body) : readHeadOn(body);
    forgetCarried();
    if (m_bodyLeft == 0) {
        m_place = Place::Size;
        m_size = {};
        return What::End;
    }
    if (body.isEmpty())
        return What::NeedMore;
    data = body.first(std::min(body.size(), m_bodyLeft));
    body = body.sliced(data.size());
    m_bodyLeft -= data.size();
    return What::Data;
}

/// The usual case: the whole head stands in `body`.
Result<ChunkDecoder::What, ChunkError> ChunkDecoder::Private::readHead(QByteArrayView &body)
{
    const auto window = body.first(std::min({body.size(), m_bodyLeft, maxChunkHeadBytes}));
    if (const auto end = findBlankLine(window); end >= 0) {
        const auto used = end + blankLine.size();
        body = body.sliced(used);
        m_bodyLeft -= used;
        return openHead(window.first(used));
    }
    if (window.size() == m_bodyLeft)
        return Err {ChunkError::BadHead};
    if (window.size() == maxChunkHeadBytes)
        return Err {ChunkError::HeadTooLong};
    carried.append(window);
    body = body.sliced(window.size());
    m_bodyLeft -= window.size();
    return What::NeedMore;
}

/// A head that a read cut: byte by byte, since heads are short and data must not be copied.
Result<ChunkDecoder::What, ChunkError> ChunkDecoder::Private::readHeadOn(QByteArrayView &body)
{
    while (!body.isEmpty()) {
        carried.append(body.front());
        body = body.sliced(1);
        --m_bodyLeft;
        if (carried.endsWith(blankLine))
            return openHead(carried);
        if (m_bodyLeft == 0)
            return Err {ChunkError::BadHead};
        if (carried.size() == maxChunkHeadBytes)
            return Err {ChunkError::HeadTooLong};
    }
    return What::NeedMore;
}

/// @param lines with the blank line
Result<ChunkDecoder::What, ChunkError> ChunkDecoder::Private::openHead(QByteArrayView lines)
{
    auto parsed = parseChunkHead(lines.chopped(2));
    if (!parsed)
        return Err {parsed.error()};
    head = std::move(parsed).value();
    m_place = Place::Data;
    return What::Head;
}

/// Keeps the few bytes that usual heads need, not what a long one took.
void ChunkDecoder::Private::forgetCarried()
{
    if (carried.capacity() > 1024)
        carried = {};
    else if (!carried.isEmpty())
        carried.resize(0);
}

/// Lets readBody() work on what came out of the inflater, and inflates more when that is used up.
Result<ChunkDecoder::What, ChunkError> ChunkDecoder::Private::inflateBody(QByteArrayView &bytes)
{
    while (true) {
        const bool complete = m_wireLeft == 0 && inflater.isDrained();
        if (!m_inflated.isEmpty()) {
            const auto step = readBody(m_inflated);
            if (!step || *step != What::NeedMore)
                return step;
        } else if (m_deflateBroken || (complete && m_bodyLeft > 0)) {
            return Err {ChunkError::BadDeflate};
        } else if (complete) {
            return readBody(m_inflated);
        } else if (bytes.isEmpty() && inflater.isDrained()) {
            return What::NeedMore;
        } else {
            inflateMore(bytes);
        }
    }
}

/// What comes out before the first fault is handed out, however the wire was cut into reads.
void ChunkDecoder::Private::inflateMore(QByteArrayView &bytes)
{
    auto wire = bytes.first(std::min(bytes.size(), m_wireLeft));
    const auto given = wire.size();
    const bool sound = inflater.inflate(wire, m_bodyLeft);
    const auto used = given - wire.size();
    bytes = bytes.sliced(used);
    m_wireLeft -= used;
    m_inflated = inflater.output();
    m_deflateBroken = !sound || m_inflated.size() > m_bodyLeft;
    m_inflated.truncate(std::min(m_inflated.size(), m_bodyLeft));
}

ChunkDecoder::ChunkDecoder() : d(std::make_unique<Private>()) {}
ChunkDecoder::~ChunkDecoder() = default;

Result<ChunkDecoder::What, ChunkError> ChunkDecoder::next(QByteArrayView &bytes)
{
    return d->next(bytes);
}

const ChunkHead &ChunkDecoder::head() const
{
    return d->head;
}

QByteArrayView ChunkDecoder::data() const
{
    return d->data;
}

qsizetype ChunkDecoder::dataLeft() const
{
    return d->dataLeft();
}

void ChunkDecoder::skip(qsizetype bytes)
{
    Q_ASSERT(bytes <= d->dataLeft());
    d->skip(bytes);
}

bool ChunkDecoder::awaitsHead() const
{
    return d->awaitsHead();
}

qsizetype ChunkDecoder::bufferedBytes() const
{
    return d->carried.capacity() + d->inflater.heldBytes();
}

} // namespace kite::wire
