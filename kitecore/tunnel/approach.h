#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "kitecore/tunnel/dialer.h"
#include "kitecore/tunnel/greeter.h"
#include "kitecore/wire/chunkdecoder.h"

namespace kite::tunnel {

/// How an Approach reaches the relay.
struct ApproachPlan
{
    RelayChoice relay;
    tls::Context context; ///< null for LinkTls::Off
    QByteArray serverName;
    std::chrono::milliseconds greetingTimeout {};
};

/// From nothing to a connection on which the relay has answered our greeting: dials, sends the
/// request, reads the reply head; with a relay of style A does it all again with signatures.
/// For a link inside WebSocket frames the reply is the first chunk.
/// Destroying it cancels.
class Approach final : private net::StreamUser
{
    Q_DISABLE_COPY_MOVE(Approach)

public:
    /// The stream stands behind the reply. The greeter's last word was Sign or Finished;
    /// `mustSign` tells which.
    struct Arrival
    {
        std::unique_ptr<net::ByteStream> stream;
        bool mustSign = false;
    };
    using Done = std::function<void(Result<Arrival, DialFailure>)>;

    /// @param greeter outlives this. @param done called once, never from inside the constructor;
    /// may destroy the approach.
    Approach(net::Loop &loop, ApproachPlan plan, Greeter &greeter, Done done);
    ~Approach();

private:
    void dial();
    void greet(std::unique_ptr<net::ByteStream> stream);
    void streamReady(net::ByteStream &stream, net::Readiness readiness) override;
    void sendMore();
    net::Io read();
    void readReply();
    void readWelcome();
    void readFirstChunk();
    void replied(Greeter::Next next, QByteArrayView rest);
    void fail(DialFailure failure);
    void finish(Result<Arrival, DialFailure> result);

    net::Loop &m_loop;
    const ApproachPlan m_plan;
    Greeter &m_greeter;
    Done m_done;
    int m_dials = 0;
    std::unique_ptr<Dialer> m_dialer;
    std::unique_ptr<net::ByteStream> m_stream;
    QByteArray m_unsent;
    QByteArray m_webSocketKey;
    QByteArray m_welcome; ///< the head that leads into the WebSocket, as far as it came
    std::unique_ptr<wire::ChunkDecoder> m_decoder; ///< inside the WebSocket
    Greeter::Next m_next = Greeter::Next::Read;    ///< after the chunk that is being decoded
    net::Deadlines::Token m_limit;
};

} // namespace kite::tunnel
