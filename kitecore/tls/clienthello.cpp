#include "kitecore/tls/clienthello.h"

#include <algorithm>

#include "kitecore/base/kiteid.h"

namespace kite::tls {

namespace {

constexpr char handshakeRecord = 22;   // RFC 8446, 5.1
constexpr char clientHelloMessage = 1; // RFC 8446, 4
constexpr int serverNameExtension = 0; // RFC 6066, 3
constexpr int alpnExtension = 16;      // RFC 7301, 3.1
constexpr quint8 hostNameType = 0;
constexpr qsizetype recordHeaderBytes = 5;
constexpr qsizetype messageHeaderBytes = 4;
constexpr qsizetype maxRecordBytes = qsizetype {16} * 1024;

/// Takes numbers and length-prefixed vectors from the front. Past the end everything is empty and
/// isSound() turns false for good.
class Reader
{
public:
    explicit Reader(QByteArrayView bytes) : m_rest(bytes) {}

    bool isSound() const { return m_sound; }
    bool atEnd() const { return m_rest.isEmpty(); }
    void fail() { m_sound = false; }

    QByteArrayView take(qsizetype bytes)
    {
        if (!m_sound || bytes > m_rest.size()) {
            m_sound = false;
            m_rest = {};
            return {};
        }
        const auto front = m_rest.first(bytes);
        m_rest = m_rest.sliced(bytes);
        return front;
    }

    int number(int bytes)
    {
        int value = 0;
        for (const char c : take(bytes))
            value = value << 8 | quint8(c);
        return value;
    }

    QByteArrayView vector(int lengthBytes) { return take(number(lengthBytes)); }

private:
    QByteArrayView m_rest;
    bool m_sound = true;
};

/// The first handshake message, however it is spread over records.
class Message
{
public:
    enum class State { Incomplete, Complete };

    Result<State, HelloError> collect(QByteArrayView bytes)
    {
        const auto incomplete = bytes.size() < maxHelloBytes
            ? Result<State, HelloError>(State::Incomplete)
            : Err {HelloError::TooLong};
        bytes.truncate(std::min(bytes.size(), maxHelloBytes));
        while (!isComplete()) {
            if (const auto sound = checkRecord(bytes); !sound)
                return Err {sound.error()};
            if (bytes.size() <= recordHeaderBytes)
                return incomplete;
            const qsizetype length = Reader(bytes.sliced(3)).number(2);
            bytes = bytes.sliced(recordHeaderBytes);
            const auto fragment = bytes.first(std::min(length, bytes.size()));
            add(fragment);
            if (m_bytes.front() != clientHelloMessage)
                return Err {HelloError::NotAHello};
            if (needed() > maxHelloBytes)
                return Err {HelloError::TooLong};
            if (fragment.size() < length && !isComplete())
                return incomplete;
            bytes = bytes.sliced(fragment.size());
        }
        return State::Complete;
    }

    QByteArrayView body() const
    {
        return m_bytes.sliced(messageHeaderBytes, needed() - messageHeaderBytes);
    }

private:
    /// Looks at as much of a record header as is there.
    static Result<void, HelloError> checkRecord(QByteArrayView bytes)
    {
        constexpr char majorVersion = 3; // all of SSL 3.0 to TLS 1.3
        if (!bytes.isEmpty() && bytes[0] != handshakeRecord)
            return Err {HelloError::NotAHello};
        if (bytes.size() > 1 && bytes[1] != majorVersion)
            return Err {HelloError::NotAHello};
        if (bytes.size() >= recordHeaderBytes) {
            const auto length = Reader(bytes.sliced(3)).number(2);
            if (length == 0 || length > maxRecordBytes)
                return Err {HelloError::Malformed};
        }
        return {};
    }

    /// One record is the rule: nothing is copied then.
    void add(QByteArrayView fragment)
    {
        if (m_bytes.isEmpty()) {
            m_bytes = fragment;
            return;
        }
        if (m_joined.isEmpty())
            m_joined = m_bytes.toByteArray();
        m_joined += fragment;
        m_bytes = m_joined;
    }

    /// Bytes of the message, header included; only the header while that is not complete.
    qsizetype needed() const
    {
        if (m_bytes.size() < messageHeaderBytes)
            return messageHeaderBytes;
        return messageHeaderBytes + Reader(m_bytes.sliced(1)).number(3);
    }
    bool isComplete() const { return m_bytes.size() >= needed(); }

    QByteArrayView m_bytes;
    QByteArray m_joined;
};

/// Lower case, without a final dot. libpagekite names a relay by its address: that is no name.
std::optional<QByteArray> readHostName(QByteArrayView text)
{
    auto name = text.toByteArray().toLower();
    if (name.endsWith('.'))
        name.chop(1);
    if (isDomain(name) && !name.startsWith('*'))
        return name;
    const bool isIpv6
        = name.contains(':') && std::ranges::all_of(name, [](char c) {
              return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || c == ':' || c == '.';
          });
    return isIpv6 ? std::optional(QByteArray()) : std::nullopt;
}

bool readServerName(QByteArrayView extension, ClientHello &hello)
{
    Reader outer(extension);
    Reader list(outer.vector(2));
    bool found = false;
    while (list.isSound() && !list.atEnd()) {
        const auto type = list.number(1);
        const auto text = list.vector(2);
        if (type != hostNameType || found || !list.isSound())
            continue;
        const auto name = readHostName(text);
        if (!name)
            return false;
        hello.serverName = *name;
        found = true;
    }
    return list.isSound() && outer.isSound() && outer.atEnd();
}

bool readProtocols(QByteArrayView extension, ClientHello &hello)
{
    Reader outer(extension);
    Reader list(outer.vector(2));
    while (list.isSound() && !list.atEnd()) {
        const auto protocol = list.vector(1);
        if (protocol.isEmpty())
            list.fail();
        else
            hello.protocols += protocol.toByteArray();
    }
    return list.isSound() && outer.isSound() && outer.atEnd();
}

bool readExtensions(QByteArrayView extensions, ClientHello &hello)
{
    Reader list(extensions);
    bool sawName = false;
    bool sawProtocols = false;
    while (list.isSound() && !list.atEnd()) {
        const auto type = list.number(2);
        const auto content = list.vector(2);
        if (!list.isSound())
            return false;
        if (type == serverNameExtension) { // each type at most once: RFC 8446, 4.2
            if (std::exchange(sawName, true) || !readServerName(content, hello))
                return false;
        } else if (type == alpnExtension) {
            if (std::exchange(sawProtocols, true) || !readProtocols(content, hello))
                return false;
        }
    }
    return list.isSound();
}

/// RFC 8446, 4.1.2
std::optional<ClientHello> readHello(QByteArrayView body)
{
    constexpr qsizetype versionAndRandomBytes = 2 + 32;
    constexpr qsizetype maxSessionIdBytes = 32;
    Reader reader(body);
    reader.take(versionAndRandomBytes);
    if (reader.vector(1).size() > maxSessionIdBytes)
        return std::nullopt;
    const auto cipherBytes = reader.vector(2).size();
    const auto compressionBytes = reader.vector(1).size();
    if (!reader.isSound() || cipherBytes == 0 || cipherBytes % 2 != 0 || compressionBytes == 0)
        return std::nullopt;

    ClientHello hello;
    if (reader.atEnd()) // before TLS 1.3 extensions may be missing altogether
        return hello;
    const auto extensions = reader.vector(2);
    if (!reader.isSound() || !reader.atEnd() || !readExtensions(extensions, hello))
        return std::nullopt;
    return hello;
}

} // namespace

Result<std::optional<ClientHello>, HelloError> parseClientHello(QByteArrayView bytes)
{
    Message message;
    const auto state = message.collect(bytes);
    if (!state)
        return Err {state.error()};
    if (*state == Message::State::Incomplete)
        return std::optional<ClientHello> {};
    auto hello = readHello(message.body());
    if (!hello)
        return Err {HelloError::Malformed};
    return hello;
}

QByteArray accessDeniedAlert()
{
    return QByteArrayLiteral("\x15\x03\x03\x00\x02\x02\x31");
}

} // namespace kite::tls
