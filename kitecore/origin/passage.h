#pragma once

#include <functional>

#include "kitecore/http/requestframing.h"
#include "kitecore/http/responseframing.h"
#include "kitecore/net/bytequeue.h"
#include "kitecore/net/loop.h"
#include "kitecore/origin/requestgate.h"

namespace kite::origin {

/// A visitor's stream as the target gets to see it: what is read has passed the RequestGate,
/// request by request; what is written passes by as it is and is only watched. Bodies are not
/// copied, but for what of them arrives together with a head. After a granted `Upgrade` everything
/// passes, both ways.
///
/// A request that is refused ends the connection: nothing of it, and nothing behind it, is ever
/// read from here. Its answer is sent once all earlier requests are answered; the target then meets
/// a broken connection. While nothing more of the visitor is read, a target that says nothing for
/// Splices::halfOpen loses a visitor who has left, or who was refused and has taken all that came.
class Passage final : public net::ByteStream, private net::StreamUser, private net::Watcher
{
public:
    /// What happens before anybody uses this: the first request is let in, or nothing will be.
    enum class First : quint8 { Admitted, Refused };
    using Judged = std::function<void(Passage &, First)>;

    /// @param judged called once, for the first request, never from inside the constructor; may
    /// hand this on, but must not destroy it before the running round is over. @param begin what
    /// the target reads before all else.
    Passage(net::Loop &loop, std::unique_ptr<net::ByteStream> stream, RequestGate gate,
            QByteArrayView begin, Judged judged);
    ~Passage() override;

    using ByteStream::write;
    net::Io write(std::span<const QByteArrayView> parts) override;
    qsizetype writeRoom() const override;
    qsizetype pipeRoom() const override;
    void writeFrom(net::Pipe &pipe) override;
    qsizetype queuedBytes() const override;
    void shutdownWrite() override;
    bool hasHungUp() const override { return !m_stream || m_stream->hasHungUp(); }
    net::Peer peer() const override;

    void detach() override { Q_UNREACHABLE(); }
    void attach(net::Loop &) override { Q_UNREACHABLE(); }
    bool isMovable() const override { return false; }

private:
    enum class Stage : quint8 {
        First,    ///< Nobody uses this yet; the first request's head is still to come.
        Judging,  ///< Requests pass, one after the other.
        Opaque,   ///< The protocol was changed.
        Refusing, ///< Nothing is read any more; earlier requests are still being answered.
        Over,     ///< The visitor is not ours any more.
    };

    net::Io readSome(std::span<char> into) override;
    void interestChanged() override;
    void wakeUser(net::Readiness readiness) override;
    void ready(net::Readiness readiness) override;
    void streamReady(net::ByteStream &stream, net::Readiness readiness) override;
    qsizetype dataArrived(net::ByteStream &stream, QByteArrayView data) override;
    net::SocketHandle pipedTo(const net::ByteStream &stream, qsizetype bytes) override;
    void piped(const net::ByteStream &stream, qsizetype bytes) override;

    bool mayOffer() const;
    bool mayPass() const;
    bool wantsInput() const;
    bool hasOutput() const;
    void readFirst();
    net::Io takeOutput(std::span<char> into);
    net::Io readJudged(std::span<char> into);
    void postpone(QByteArrayView data);
    qsizetype passStraight(QByteArrayView data);
    bool offerOutput();
    void takeIn(QByteArrayView data);
    qsizetype judge(QByteArrayView bytes);
    void settle();
    void admit(const http::RequestView &head);
    void awaitRest();
    void breakOff(http::HeadError error);
    void refuse(Refusal why);
    void stopJudging(QByteArray page);
    void hangUpIfAnswered();
    void watchStandstill();
    void hangUp(QByteArrayView words);
    void watchAnswers(std::span<const QByteArrayView> parts, qsizetype bytes);
    void answersMoved();
    void update();

    net::Loop &m_loop;
    std::unique_ptr<net::ByteStream> m_stream; ///< null: Stage::Over
    RequestGate m_gate;
    Judged m_judged; ///< null: called
    Stage m_stage = Stage::First;
    bool m_needsMore = true; ///< what is in m_input makes no whole piece
    http::RequestFraming m_requests;
    http::ResponseFraming m_answers;
    net::ByteQueue m_input;  ///< read, not judged
    net::ByteQueue m_output; ///< judged, not taken by the target
    QByteArray m_page;       ///< the last answer, while Refusing
    int m_broken = 0;        ///< 1: the last request that was passed on will never be whole
    net::Deadlines::Token m_patience;
    net::Deadlines::Token m_standstill;
    const std::shared_ptr<void> m_here = std::make_shared<char>(); ///< goes with this
};

} // namespace kite::origin
