#include "kitecore/wire/websocketgreeting.h"

#include <algorithm>
#include <array>

#include <QCryptographicHash>

#include "kitecore/base/limits.h"
#include "kitecore/wire/chunkwriter.h"
#include "kitecore/wire/greetinglines.h"

namespace kite::wire {

namespace {

constexpr qsizetype keyBytes = 16;
constexpr char subprotocol[] = "v1.pagekite.org";
constexpr std::array<QByteArrayView, 2> requestLines {"GET /~:PageKite:~/v0.8 HTTP/1.1",
                                                      "GET /Beanstalk~Magic~Beans/0.2 HTTP/1.1"};

/// Headers of an upgrade.
struct Upgrade
{
    QByteArray key;
    bool upgrade = false;
    bool connection = false;
    bool version = false;

    bool isComplete() const
    {
        return upgrade && connection && version
            && QByteArray::fromBase64Encoding(key, QByteArray::AbortOnBase64DecodingErrors)
                   .decoded.size()
            == keyBytes;
    }
};

/// Whether a comma list holds the word, in any case.
bool holds(QByteArrayView list, QByteArrayView word)
{
    const auto words = list.toByteArray().toLower().split(',');
    return std::ranges::any_of(words, [word](const auto &one) { return one.trimmed() == word; });
}

void read(Upgrade &upgrade, const HeaderLine &line)
{
    if (isNamed(line, "Upgrade"))
        upgrade.upgrade |= holds(line.value, "websocket");
    else if (isNamed(line, "Connection"))
        upgrade.connection |= holds(line.value, "upgrade");
    else if (isNamed(line, "Sec-WebSocket-Version"))
        upgrade.version |= line.value == "13";
    else if (isNamed(line, "Sec-WebSocket-Key"))
        upgrade.key = line.value.toByteArray();
}

/// The next line of a head, without its end. Empty at the blank line.
QByteArrayView takeLine(QByteArrayView &rest)
{
    const auto end = rest.indexOf('\n');
    auto line = end < 0 ? rest : rest.first(end);
    rest = end < 0 ? QByteArrayView() : rest.sliced(end + 1);
    if (line.endsWith('\r'))
        line.chop(1);
    return line;
}

} // namespace

bool beginsWebSocketGreeting(QByteArrayView head)
{
    return std::ranges::any_of(requestLines,
                               [head](QByteArrayView line) { return head.startsWith(line); });
}

Result<Greeting, GreetingError> parseWebSocketGreeting(QByteArrayView head)
{
    if (head.size() > limits::maxHeadBytes)
        return Err {GreetingError::TooLong};
    const auto request = takeLine(head);
    if (std::ranges::find(requestLines, request) == requestLines.end())
        return Err {GreetingError::NotAGreeting};
    GreetingReader reader;
    Upgrade upgrade;
    for (auto text = takeLine(head); !text.isEmpty(); text = takeLine(head)) {
        const auto line = splitHeaderLine(text);
        if (!line)
            return Err {GreetingError::NotAGreeting};
        read(upgrade, *line);
        if (const auto done = reader.read(*line); !done)
            return Err {done.error()};
    }
    if (!upgrade.isComplete())
        return Err {GreetingError::NotAGreeting};
    auto greeting = std::move(reader).greeting();
    greeting.webSocketKey = upgrade.key;
    greeting.features.addKites = true;
    greeting.features.compression = false;
    return greeting;
}

QByteArray writeWebSocketGreeting(const Greeting &greeting, const QByteArray &key,
                                  const QByteArray &host)
{
    auto announced = greeting;
    announced.features.compression = false;
    return requestLines.front().toByteArray() + "\r\nHost: " + host
        + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: " + key
        + "\r\nSec-WebSocket-Protocol: " + subprotocol + "\r\nSec-WebSocket-Version: 13\r\n"
        + writeFirstGreetingLines(announced) + "\r\n";
}

QByteArray writeWebSocketWelcome(const QByteArray &key)
{
    return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n"
           "Sec-WebSocket-Accept: "
        + webSocketAccept(key) + "\r\nSec-WebSocket-Protocol: " + subprotocol + "\r\n\r\n";
}

bool isWebSocketWelcome(QByteArrayView head, const QByteArray &key)
{
    const auto status = takeLine(head);
    if (!status.startsWith("HTTP/1.1 101"))
        return false;
    bool upgrade = false;
    bool accepted = false;
    for (auto text = takeLine(head); !text.isEmpty(); text = takeLine(head)) {
        const auto line = splitHeaderLine(text);
        if (!line)
            return false;
        if (isNamed(*line, "Upgrade"))
            upgrade = holds(line->value, "websocket");
        if (isNamed(*line, "Sec-WebSocket-Accept"))
            accepted = line->value == webSocketAccept(key);
    }
    return upgrade && accepted;
}

QByteArray webSocketAccept(const QByteArray &key)
{
    constexpr QByteArrayView mark = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    return QCryptographicHash::hash(key + mark.toByteArray(), QCryptographicHash::Sha1).toBase64();
}

QByteArray replyChunk(const GreetingReply &reply, bool beanstalk)
{
    return controlChunk(writeFirstReplyLines(reply, beanstalk));
}

} // namespace kite::wire
