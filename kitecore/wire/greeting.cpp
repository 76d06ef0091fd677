#include "kitecore/wire/greeting.h"

#include "kitecore/base/limits.h"
#include "kitecore/wire/greetinglines.h"

namespace kite::wire {

namespace {

constexpr QByteArrayView connectMethod = "CONNECT ";
constexpr QByteArrayView greetingPath = "PageKite:";

/// The lines of a head up to its blank line, without line ends.
class HeadLines
{
public:
    explicit HeadLines(QByteArrayView head) : m_rest(head) {}

    /// @return std::nullopt at the blank line.
    std::optional<QByteArrayView> next()
    {
        const auto lineFeed = m_rest.indexOf('\n');
        auto line = lineFeed < 0 ? m_rest : m_rest.first(lineFeed);
        m_rest = lineFeed < 0 ? QByteArrayView {} : m_rest.sliced(lineFeed + 1);
        if (line.endsWith('\r'))
            line.chop(1);
        return line.isEmpty() ? std::nullopt : std::optional(line);
    }

private:
    QByteArrayView m_rest;
};

bool beginsWithoutCase(QByteArrayView text, QByteArrayView prefix)
{
    return text.size() >= prefix.size()
        && text.first(prefix.size()).compare(prefix, Qt::CaseInsensitive) == 0;
}

bool isHttp1(QByteArrayView version)
{
    return version.compare("HTTP/1.0", Qt::CaseInsensitive) == 0
        || version.compare("HTTP/1.1", Qt::CaseInsensitive) == 0;
}

bool isRequestLine(QByteArrayView line)
{
    const auto lastBlank = line.lastIndexOf(' ');
    return beginsGreeting(line) && lastBlank > connectMethod.size()
        && !line.first(lastBlank).sliced(connectMethod.size()).contains(' ')
        && isHttp1(line.sliced(lastBlank + 1));
}

/// `HTTP/1.x CODE TEXT`; the text may be missing. @return 0 for anything else.
int statusCode(QByteArrayView line)
{
    constexpr qsizetype versionBytes = 8;
    constexpr qsizetype codeBytes = 3;
    if (line.size() < versionBytes + 1 + codeBytes || !isHttp1(line.first(versionBytes))
        || line[versionBytes] != ' ')
        return 0;
    const auto rest = line.sliced(versionBytes + 1);
    if (rest.size() > codeBytes && rest[codeBytes] != ' ')
        return 0;
    return readDecimal<int>(rest.first(codeBytes)).value_or(0);
}

/// Feeds every header line of a head to `reader`.
template <typename Reader>
Result<void, GreetingError> readLines(HeadLines lines, Reader &reader)
{
    while (const auto text = lines.next()) {
        const auto line = splitHeaderLine(*text);
        if (!line)
            return Err {GreetingError::NotAGreeting};
        if (const auto read = reader.read(*line); !read)
            return read;
    }
    return {};
}

template <typename Reader>
Result<void, GreetingError> readLines(const ChunkHead &head, Reader &reader)
{
    for (const auto &[name, value] : head.pagekite) {
        if (const auto read = reader.read({name, value}); !read)
            return read;
    }
    return {};
}

} // namespace

QByteArray KiteRequest::name() const
{
    return kite.toByteArray() + ':' + connectorSalt;
}

QByteArray KiteRequest::payload() const
{
    return name() + ':' + relaySalt;
}

bool beginsGreeting(QByteArrayView head)
{
    return head.startsWith(connectMethod)
        && beginsWithoutCase(head.sliced(connectMethod.size()), greetingPath);
}

Result<Greeting, GreetingError> parseGreeting(QByteArrayView head)
{
    if (head.size() > limits::maxHeadBytes)
        return Err {GreetingError::TooLong};
    HeadLines lines(head);
    const auto request = lines.next();
    if (!request || !isRequestLine(*request))
        return Err {GreetingError::NotAGreeting};
    GreetingReader reader;
    if (const auto read = readLines(lines, reader); !read)
        return Err {read.error()};
    return std::move(reader).greeting();
}

Result<GreetingReply, GreetingError> parseReply(QByteArrayView head)
{
    if (head.size() > limits::maxHeadBytes)
        return Err {GreetingError::TooLong};
    HeadLines lines(head);
    const auto status = lines.next();
    switch (status ? statusCode(*status) : 0) {
    case 200:
        break;
    case 403:
        return Err {GreetingError::Forbidden};
    case 503:
        return Err {GreetingError::Unavailable};
    default:
        return Err {GreetingError::NotAGreeting};
    }
    ReplyReader reader;
    if (const auto read = readLines(lines, reader); !read)
        return Err {read.error()};
    return std::move(reader).reply();
}

Result<Greeting, GreetingError> greetingFromChunk(const ChunkHead &head)
{
    GreetingReader reader;
    if (const auto read = readLines(head, reader); !read)
        return Err {read.error()};
    return std::move(reader).greeting();
}

Result<GreetingReply, GreetingError> replyFromChunk(const ChunkHead &head)
{
    ReplyReader reader;
    if (const auto read = readLines(head, reader); !read)
        return Err {read.error()};
    auto reply = std::move(reader).reply();
    if (reply.quotaKb == 0)
        reply.quotaKb = head.quotaKb.value_or(0);
    return reply;
}

} // namespace kite::wire
