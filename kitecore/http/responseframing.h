#pragma once

#include <QByteArray>

namespace kite::http {

/// Watches the answers of one connection pass by, to know which requests are answered, where one
/// answer ends, and whether the server changed protocols (RFC 9112, 6.3). Judges nothing: whoever
/// answers is trusted, and what cannot be followed is taken as one answer up to the end.
///
/// Pure. Holds a line only where it came in pieces.
class ResponseFraming
{
public:
    /// What kind of request an answer is for: its framing depends on it.
    enum class Asked : quint8 {
        Plainly,
        Head,   ///< HEAD: no body, whatever the head says
        Switch, ///< with `Upgrade`: 101 ends HTTP
    };
    /// Requests that may be unanswered at a time.
    static constexpr int maxUnanswered = 32;

    enum class Flow : quint8 {
        Framed,
        ToTheEnd, ///< The answer under way ends with the connection.
        Switched, ///< 101 to the request that asked for it: no HTTP any more, both ways.
        Broken,   ///< 101 that nobody asked for
    };

    /// A request was passed on. Not more than maxUnanswered.
    void asked(Asked what);
    /// Bytes of answers were passed on.
    void pass(QByteArrayView bytes);
    /// How many bytes will follow that nobody has to look at.
    quint64 unwatched() const;
    /// So many of them were passed on.
    void skip(quint64 bytes);

    Flow flow() const { return m_flow; }
    int unanswered() const { return m_unanswered; }
    /// No answer has begun that is not complete.
    bool isBetweenAnswers() const { return m_state == State::StatusLine && m_line.isEmpty(); }
    /// Whether the last request that asked for a switch was neither granted it nor refused.
    bool awaitsSwitch() const { return m_switches != 0; }

private:
    enum class State : quint8 { StatusLine, Fields, Bytes, ChunkBytes, ChunkSize, Trailers };

    void passLinePart(QByteArrayView &bytes);
    void takeLine(QByteArrayView line);
    void readStatus(QByteArrayView line);
    void readField(QByteArrayView line);
    void readChunkSize(QByteArrayView line);
    void headEnded();
    void answered();

    State m_state = State::StatusLine;
    Flow m_flow = Flow::Framed;
    bool m_chunked = false;
    bool m_hasLength = false;
    bool m_otherCoding = false;
    int m_status = 0;
    int m_unanswered = 0;
    quint32 m_heads = 0;    ///< a bit for each unanswered request, the oldest lowest
    quint32 m_switches = 0; ///< the same
    quint64 m_left = 0;
    QByteArray m_line;
};

} // namespace kite::http
