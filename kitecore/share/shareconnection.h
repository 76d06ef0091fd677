#pragma once

#include <memory>

#include "kitecore/net/bytequeue.h"
#include "kitecore/net/target.h"
#include "kitecore/share/answer.h"
#include "kitecore/share/patience.h"
#include "kitecore/share/share.h"

namespace kite::share {

/// One visitor's connection: reads a request, answers it, reads the next. Requests may be sent
/// ahead; they are answered in order, and no more is read while one is answered.
class ShareConnection final : private net::StreamUser
{
    Q_DISABLE_COPY_MOVE(ShareConnection)

public:
    /// How long a connection may stay open between two requests.
    static constexpr std::chrono::seconds idleTimeout {30};
    /// How long a visitor may take nothing of an answer.
    static constexpr std::chrono::seconds stallTimeout {300};
    /// How long a visitor that still sends is listened to after the last answer: closing with
    /// unread bytes makes the system reset the connection and lose the answer (RFC 9112, 9.6).
    static constexpr std::chrono::seconds lingerTimeout {2};
    /// Request bodies up to here are read and dropped; for longer ones the connection ends.
    static constexpr quint64 maxDroppedBytes = 256 * 1024;

    /// @param over called once, last of all, when the connection has ended; must not destroy this
    /// before the running round of events is over.
    ShareConnection(net::Loop &loop, std::shared_ptr<const Share> share,
                    std::unique_ptr<net::ByteStream> stream, net::Visitor visitor,
                    std::function<void(ShareConnection *)> over);
    ~ShareConnection();

    void start();
    /// Ends it at once; `over` is not called.
    void stop();

private:
    enum class State : quint8 {
        Reading,   ///< a request's head
        Answering, ///< what is left of an answer
        Dropping,  ///< a body that nobody wants
        Lingering, ///< nothing more is sent; waits for the visitor to leave
        Closed,
    };
    /// How far work on what is there came.
    enum class Step : quint8 {
        Go,    ///< more to do now
        Wait,  ///< nothing until the stream is ready again, or this is closed
        Yield, ///< others first
    };

    void streamReady(net::ByteStream &stream, net::Readiness readiness) override;
    qsizetype dataArrived(net::ByteStream &stream, QByteArrayView data) override;

    void run();
    void readInput();
    void take(QByteArrayView bytes);

    Step readRequest();
    Step refuse(int status);
    Step begin(const http::RequestHead &head);
    Step sendAnswer();
    net::Io copySome();
    net::Io sendDirectly();
    bool canSendDirectly() const;
    void answered();
    void tellVisit();
    Step dropBody();
    void linger();
    void sentAll();
    void lostPatience();
    void close();
    Circumstances circumstances(bool closes) const;

    net::Loop &m_loop;
    std::shared_ptr<const Share> m_share;
    std::unique_ptr<net::ByteStream> m_stream;
    net::Visitor m_visitor;
    std::function<void(ShareConnection *)> m_over;
    Patience m_patience;

    State m_state = State::Reading;
    bool m_inputEnded = false;
    bool m_directSend = true; ///< until the system says that it cannot
    net::ByteQueue m_input;   ///< requests as they came
    qsizetype m_searched = 0; ///< of m_input, by parseRequestHead()
    quint64 m_bodyLeft = 0;   ///< still to be dropped
    Answer m_answer;
    Visit m_visit; ///< what is being answered
    qint64 m_sent = 0;
    Clock::Steady m_begun;
};

} // namespace kite::share
