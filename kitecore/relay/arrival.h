#pragma once

#include <memory>
#include <optional>

#include "kitecore/net/loop.h"
#include "kitecore/net/streams.h"
#include "kitecore/net/target.h"
#include "kitecore/relay/awaypages.h"
#include "kitecore/relay/doorman.h"
#include "kitecore/relay/firstbytes.h"
#include "kitecore/relay/kiteregistry.h"
#include "kitecore/relay/linkmail.h"
#include "kitecore/relay/rawvisitors.h"
#include "kitecore/relay/refusals.h"
#include "kitecore/tls/servernames.h"

namespace kite::relay {

class Arrival;

/// Where connections arrive: a worker.
class ArrivalHome
{
public:
    virtual net::Loop &loop() = 0;
    virtual const KiteRegistry &registry() const = 0;
    virtual RawVisitors &rawVisitors() = 0;
    virtual const RelayOptions &options() const = 0;
    virtual const tls::ServerNames &serverNames() const = 0;
    virtual const Doorman &doorman() const = 0;
    virtual const AwayPages &pages() const = 0;

    /// Counts a visitor as one of this address, whoever brought it.
    /// @return whether the address has a place for it.
    virtual bool countAs(Permit &permit, const QString &address) = 0;
    /// For the operator's counts. @param whom address, or the name it asked for.
    virtual void turnedAway(Refused why, const QString &whom) = 0;
    /// Brings a visitor to its kite. The stream begins with everything it sent.
    virtual void deliver(const Route &route, std::unique_ptr<net::ByteStream> stream,
                         const net::Visitor &visitor, std::shared_ptr<Permit> permit)
        = 0;
    /// Whether it is worth waiting for a kite. If so, Arrival::lookAgain() follows when one came.
    virtual bool mayWait(Arrival &arrival, Asking asking, quint16 port, const QByteArray &host) = 0;
    /// @param stream behind the greeting.
    virtual void greeted(std::unique_ptr<net::ByteStream> stream, QByteArrayView greetingHead,
                         std::shared_ptr<Permit> permit)
        = 0;
    virtual void lastWords(std::unique_ptr<net::ByteStream> stream, const QByteArray &words,
                           std::shared_ptr<Permit> permit)
        = 0;
    /// Destroys it, though not at once: it may be on the call stack.
    virtual void arrivalOver(Arrival &arrival) = 0;

protected:
    ~ArrivalHome() = default;
};

/// One public connection from its first byte until it is known who it is for: a visitor of a kite,
/// a connector, or nobody.
///
/// Layers are taken off one by one: `CONNECT name:443`, TLS that the relay ends, CONNECT once more
/// inside. Memory: limits::maxHeadBytes and one read. Time: half of
/// RelayOptions::headTimeout for the first byte, then all of it, anew for each layer. For a kite
/// that left a moment ago it waits once, RelayOptions::holdVisitors, if it said no more than
/// maxHeldBytes.
///
/// Who says nothing on a raw port, or on a port of mail servers, may wait for the other side to
/// speak (PROTOCOL.md, raw ports).
class Arrival final : private net::StreamUser
{
    Q_DISABLE_COPY_MOVE(Arrival)

public:
    static constexpr qsizetype maxHeldBytes = qsizetype {16} * 1024;
    /// How long a visitor may be silent who could also be a raw one.
    static constexpr std::chrono::seconds silenceTimeout {5};
    static constexpr std::chrono::seconds mailSilenceTimeout {1};

    /// @param port the visitor came to.
    Arrival(ArrivalHome &home, std::unique_ptr<net::ByteStream> stream, quint16 port,
            std::shared_ptr<Permit> permit);
    ~Arrival();

    /// A kite came: perhaps the one it waits for.
    void lookAgain();
    void stopWaiting();

private:
    enum class Patience : quint8 { Fresh, Waiting, Spent };

    void streamReady(net::ByteStream &stream, net::Readiness readiness) override;

    void expectFirstBytes();
    void awaitFirstBytes();
    void visitorIsSilent();
    void limit(std::chrono::milliseconds time);
    std::chrono::milliseconds firstByteTimeout() const
    {
        return std::chrono::milliseconds(m_home.options().headTimeout) / 2;
    }
    void understand();
    void act(const NeedMore &) {}
    void act(const TlsHello &hello);
    void act(const GreetingHead &greeting);
    void act(const Connect &connect);
    void act(const HttpVisit &visit);
    void act(const NamedVisit &visit);
    void act(const RelayPing &ping);
    void act(const ProbeVisit &probe);
    void act(const Refusal &refusal);

    void endTls(const tls::Context &context);
    void tlsEnded(net::TlsError error, const QString &detail);
    bool establish(qsizetype headBytes);
    bool endAfterRequest();
    void deliver(const Route &route, const QByteArray &host);
    void handOver(const Route &route, const QByteArray &host, const QByteArray &protocol);
    bool waitsFor(Asking asking, quint16 port, const QByteArray &host);
    bool isAdmitted(const Route &route) const;
    bool mayVisit() const { return m_home.doorman().mayVisit(m_visitor.address); }
    bool mayBringKites() const;
    std::unique_ptr<VisitRecord> record(const QByteArray &host, const QByteArray &protocol,
                                        QByteArrayView begin) const;
    void turnAway(Refused why, const QByteArray &words);
    void giveUp();
    void refuse(const QByteArray &words);
    void say(const QByteArray &words);
    std::unique_ptr<net::ByteStream> takeStream();
    void over();

    ArrivalHome &m_home;
    std::unique_ptr<net::ByteStream> m_stream;
    net::Peer m_visitor; ///< the stream's, or whom a trusted proxy names
    std::shared_ptr<Permit> m_permit;
    const Clock::Steady m_began;
    QByteArray m_bytes; ///< read and not yet understood
    FirstBytes m_firstBytes;
    net::Deadlines::Token m_limit;
    quint16 m_port;
    QByteArray m_host;        ///< it asked for; empty: nobody knows yet
    QByteArray m_protocol;    ///< it seems to speak
    QByteArray m_connectName; ///< of `CONNECT name:443`: stands for SNI
    Patience m_patience = Patience::Fresh;
    bool m_connected = false; ///< a CONNECT was answered in this layer
    bool m_tls = false;       ///< inside TLS that we ended
    bool m_isMail = false;    ///< was greeted as mail servers do
    bool m_isOver = false;    ///< given back to its home
};

} // namespace kite::relay
