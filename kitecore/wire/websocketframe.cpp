#include "kitecore/wire/websocketframe.h"

#include <algorithm>

#include <QtEndian>

namespace kite::wire {

namespace {

constexpr quint8 finalBit = 0x80;
constexpr quint8 reservedBits = 0x70;
constexpr quint8 opcodeBits = 0x0f;
constexpr quint8 maskBit = 0x80;
constexpr quint8 sizeIn16Bits = 126;
constexpr quint8 sizeIn64Bits = 127;
constexpr qsizetype shortHeadBytes = 2;
constexpr qsizetype keyBytes = 4;

bool isKnown(WebSocketOpcode opcode)
{
    using enum WebSocketOpcode;
    return opcode <= Binary || (opcode >= Close && opcode <= Pong);
}

qsizetype sizeBytes(quint8 shortSize)
{
    if (shortSize == sizeIn16Bits)
        return sizeof(quint16);
    return shortSize == sizeIn64Bits ? qsizetype(sizeof(quint64)) : 0;
}

/// How long a head is that begins so, as far as it tells.
qsizetype headBytes(QByteArrayView head)
{
    if (head.size() < shortHeadBytes)
        return shortHeadBytes;
    const auto second = quint8(head[1]);
    return shortHeadBytes + sizeBytes(second & ~maskBit) + ((second & maskBit) != 0 ? keyBytes : 0);
}

Result<quint64, WebSocketError> payloadBytes(QByteArrayView head)
{
    const quint8 size = quint8(head[1]) & ~maskBit;
    const auto *number = head.data() + shortHeadBytes;
    if (size == sizeIn16Bits) {
        const auto bytes = qFromBigEndian<quint16>(number);
        return bytes < sizeIn16Bits
            ? Result<quint64, WebSocketError>(Err {WebSocketError::BadLength})
            : quint64(bytes);
    }
    if (size == sizeIn64Bits) {
        const auto bytes = qFromBigEndian<quint64>(number);
        const bool fits = bytes > 0xffff && bytes >> 63U == 0;
        return fits ? bytes : Result<quint64, WebSocketError>(Err {WebSocketError::BadLength});
    }
    return quint64(size);
}

} // namespace

quint16 closeCode(WebSocketError error)
{
    switch (error) {
    case WebSocketError::NotBinary:
        return 1003;
    case WebSocketError::TooLong:
        return 1009;
    case WebSocketError::Reserved:
    case WebSocketError::NotMasked:
    case WebSocketError::BadControl:
    case WebSocketError::BadSequence:
    case WebSocketError::BadLength:
        break;
    }
    return 1002;
}

void WebSocketMask::apply(std::span<char> bytes)
{
    for (auto &byte : bytes)
        byte = char(byte ^ m_key[m_at++ % m_key.size()]);
    m_at %= unsigned(m_key.size());
}

QByteArray webSocketFrameHead(WebSocketOpcode opcode, qsizetype payloadBytes,
                              std::optional<std::array<char, 4>> key)
{
    const quint8 mask = key ? maskBit : 0;
    QByteArray head(1, char(finalBit | quint8(opcode)));
    if (payloadBytes < sizeIn16Bits) {
        head += char(mask | quint8(payloadBytes));
    } else if (payloadBytes <= 0xffff) {
        std::array<char, sizeof(quint16)> size {};
        qToBigEndian(quint16(payloadBytes), size.data());
        head += char(mask | sizeIn16Bits);
        head.append(size.data(), size.size());
    } else {
        std::array<char, sizeof(quint64)> size {};
        qToBigEndian(quint64(payloadBytes), size.data());
        head += char(mask | sizeIn64Bits);
        head.append(size.data(), size.size());
    }
    if (key)
        head.append(key->data(), key->size());
    return head;
}

Result<WebSocketReader::What, WebSocketError> WebSocketReader::next(std::span<char> &bytes)
{
    while (!m_error) {
        const auto step = [&]() -> Step {
            if (!m_inFrame)
                return readHead(bytes);
            if (isControl())
                return takeControl(bytes);
            return m_inParts ? takePart(bytes) : takeData(bytes);
        }();
        if (!step)
            m_error = step.error();
        else if (*step)
            return **step;
    }
    return Err {*m_error};
}

/// A frame's head, or what of it there is.
WebSocketReader::Step WebSocketReader::readHead(std::span<char> &bytes)
{
    if (m_partsAreDue) {
        m_partsAreDue = false;
        m_data = m_parts;
        return std::optional(What::Data);
    }
    while (m_head.size() < headBytes(m_head)) {
        if (bytes.empty())
            return std::optional(What::NeedMore);
        const auto taken = std::min(headBytes(m_head) - m_head.size(), qsizetype(bytes.size()));
        m_head.append(bytes.data(), taken);
        bytes = bytes.subspan(std::size_t(taken));
    }
    const auto size = payloadBytes(m_head);
    if (!size)
        return Err {size.error()};
    if (const auto begun = begin(*size); !begun)
        return Err {begun.error()};
    m_head.clear();
    if (isControl()) {
        m_control.clear();
    } else if (!m_inParts && m_left > 0) {
        m_messageBytes = m_left;
        return std::optional(What::Message);
    }
    return std::optional<What>();
}

Result<void, WebSocketError> WebSocketReader::begin(quint64 bytes)
{
    const auto first = quint8(m_head[0]);
    m_opcode = WebSocketOpcode(first & opcodeBits);
    if ((first & reservedBits) != 0 || !isKnown(m_opcode))
        return Err {WebSocketError::Reserved};
    const bool isFinal = (first & finalBit) != 0;
    const bool isMasked = (quint8(m_head[1]) & maskBit) != 0;
    if (m_side == WebSocketSide::Server && !isMasked)
        return Err {WebSocketError::NotMasked};
    if (isControl()) {
        if (!isFinal || bytes > quint64(maxWebSocketControlBytes))
            return Err {WebSocketError::BadControl};
    } else {
        if (m_opcode == WebSocketOpcode::Text)
            return Err {WebSocketError::NotBinary};
        if ((m_opcode == WebSocketOpcode::Continuation) != m_inParts)
            return Err {WebSocketError::BadSequence};
        const bool inParts = m_inParts || !isFinal;
        const auto before = m_inParts ? m_parts.size() : 0;
        const auto most = inParts ? maxWebSocketGatheredBytes - before : maxWebSocketMessageBytes;
        if (bytes > quint64(most))
            return Err {WebSocketError::TooLong};
        if (!m_inParts)
            m_parts.clear();
        m_inParts = inParts;
        m_isLast = isFinal;
    }
    std::array<char, keyBytes> key {};
    if (isMasked)
        std::copy_n(m_head.cend() - keyBytes, keyBytes, key.begin());
    m_mask = WebSocketMask(key);
    m_left = qsizetype(bytes);
    m_inFrame = true;
    return {};
}

std::span<char> WebSocketReader::takePayload(std::span<char> &bytes)
{
    const auto payload = bytes.first(std::min(std::size_t(m_left), bytes.size()));
    m_mask.apply(payload);
    m_left -= qsizetype(payload.size());
    bytes = bytes.subspan(payload.size());
    return payload;
}

WebSocketReader::Step WebSocketReader::takeData(std::span<char> &bytes)
{
    if (m_left == 0) {
        m_inFrame = false;
        return std::optional<What>();
    }
    if (bytes.empty())
        return std::optional(What::NeedMore);
    const auto payload = takePayload(bytes);
    m_data = QByteArrayView(payload.data(), qsizetype(payload.size()));
    return std::optional(What::Data);
}

WebSocketReader::Step WebSocketReader::takePart(std::span<char> &bytes)
{
    if (m_left > 0 && bytes.empty())
        return std::optional(What::NeedMore);
    const auto payload = takePayload(bytes);
    m_parts.append(payload.data(), qsizetype(payload.size()));
    if (m_left > 0)
        return std::optional(What::NeedMore);
    m_inFrame = false;
    if (!m_isLast)
        return std::optional<What>();
    m_inParts = false;
    m_partsAreDue = !m_parts.isEmpty();
    m_messageBytes = m_parts.size();
    return m_partsAreDue ? std::optional(What::Message) : std::nullopt;
}

WebSocketReader::Step WebSocketReader::takeControl(std::span<char> &bytes)
{
    const auto payload = takePayload(bytes);
    m_control.append(payload.data(), qsizetype(payload.size()));
    if (m_left > 0)
        return std::optional(What::NeedMore);
    m_inFrame = false;
    switch (m_opcode) {
    case WebSocketOpcode::Ping:
        return std::optional(What::Ping);
    case WebSocketOpcode::Close:
        return std::optional(What::Close);
    default:
        return std::optional(What::Pong);
    }
}

} // namespace kite::wire
