#pragma once

#include <array>
#include <optional>
#include <span>

#include <QByteArray>

#include "kitecore/base/result.h"

/// WebSocket frames (RFC 6455, 5) as far as links need them: binary messages and control frames.
namespace kite::wire {

/// Which end reads or writes. Clients mask what they send, servers do not (RFC 6455, 5.1).
enum class WebSocketSide : quint8 { Client, Server };

enum class WebSocketOpcode : quint8 {
    Continuation = 0x0,
    Text = 0x1,
    Binary = 0x2,
    Close = 0x8,
    Ping = 0x9,
    Pong = 0xa,
};

/// Why bytes are no WebSocket that we speak. Final.
enum class WebSocketError : quint8 {
    Reserved,    ///< Reserved bits or an opcode without meaning.
    NotMasked,   ///< A client has to.
    BadControl,  ///< A control frame in parts, or above maxWebSocketControlBytes.
    BadSequence, ///< A continuation of nothing, or a message inside another.
    NotBinary,   ///< A text message.
    BadLength,   ///< Not in the shortest form, or with the top bit (RFC 6455, 5.2).
    TooLong,     ///< A message above its maximum.
};

inline constexpr qsizetype maxWebSocketControlBytes = 125;
/// As chunk bodies.
inline constexpr qsizetype maxWebSocketMessageBytes = qsizetype {1024} * 1024;
/// Of a message in parts, which has to be gathered: twice what either end puts into a chunk.
inline constexpr qsizetype maxWebSocketGatheredBytes = qsizetype {128} * 1024;

/// What a close frame should say (RFC 6455, 7.4.1).
quint16 closeCode(WebSocketError error);
inline constexpr quint16 closeNormally = 1000;

/// Four bytes that are laid over a frame's payload again and again.
class WebSocketMask
{
public:
    WebSocketMask() = default;
    explicit WebSocketMask(std::array<char, 4> key) : m_key(key) {}

    /// Over the next bytes of the payload.
    void apply(std::span<char> bytes);

private:
    std::array<char, 4> m_key {};
    unsigned m_at = 0;
};

/// The head of a frame that is a whole message, or a control frame; the payload follows.
/// @param key std::nullopt: not masked.
QByteArray webSocketFrameHead(WebSocketOpcode opcode, qsizetype payloadBytes,
                              std::optional<std::array<char, 4>> key);

/// Cuts the bytes of one direction into messages, and unmasks them in place. Messages of one frame
/// are handed out as they come; those in parts are gathered first.
/// Memory: one message in parts, of maxWebSocketGatheredBytes. Copies nothing else.
class WebSocketReader
{
public:
    enum class What {
        NeedMore,
        Message, ///< A binary message of messageBytes() begins.
        Data,    ///< data() is the next part of it.
        Ping,    ///< control() is to be sent back.
        Pong,
        Close, ///< control() begins with a code, or is empty. Nothing follows.
    };

    /// @param side which end reads. A client also takes masked frames: PageKite's relays mask.
    explicit WebSocketReader(WebSocketSide side) : m_side(side) {}

    /// Takes the next step and drops what it used from the front of `bytes`. Call until NeedMore.
    /// data() and control() are valid until the next call. An error is final.
    Result<What, WebSocketError> next(std::span<char> &bytes);

    qsizetype messageBytes() const { return m_messageBytes; }
    QByteArrayView data() const { return m_data; }
    QByteArrayView control() const { return m_control; }

private:
    using Step = Result<std::optional<What>, WebSocketError>;

    Step readHead(std::span<char> &bytes);
    Result<void, WebSocketError> begin(quint64 bytes);
    Step takeData(std::span<char> &bytes);
    Step takePart(std::span<char> &bytes);
    Step takeControl(std::span<char> &bytes);
    std::span<char> takePayload(std::span<char> &bytes);
    bool isControl() const { return m_opcode >= WebSocketOpcode::Close; }

    const WebSocketSide m_side;
    QByteArray m_head; ///< of a frame, as far as it came
    WebSocketOpcode m_opcode = WebSocketOpcode::Binary;
    WebSocketMask m_mask;
    qsizetype m_left = 0;   ///< of the frame's payload
    bool m_inFrame = false; ///< between a head and the end of its payload
    bool m_isLast = false;  ///< frame of its message
    bool m_inParts = false; ///< a message began and is not complete
    QByteArray m_parts;
    bool m_partsAreDue = false; ///< whole, and announced
    qsizetype m_messageBytes = 0;
    QByteArrayView m_data;
    QByteArray m_control;
    std::optional<WebSocketError> m_error;
};

} // namespace kite::wire
