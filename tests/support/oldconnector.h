#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "kitecore/wire/chunkdecoder.h"
#include "kitecore/wire/chunkwriter.h"
#include "kitecore/wire/greeting.h"
#include "tests/support/loopback.h"

namespace kite::test {

/// How one of PageKite's connectors talks, from recordings (PROTOCOL.md, traps with old peers).
struct Dialect
{
    enum class Signs { OnASecondConnection, Inside };
    enum class Progress {
        EachChunk,   ///< SKB after every write
        Each16Kib,   ///< SKB each time 16 KiB more were written
        SpeedInstead ///< SPD, which says nothing about where it is
    };
    enum class Compresses { Nothing, LongChunks, AllData };

    QByteArray name;
    QByteArray relayPing;      ///< How it asks whether a relay lives.
    QByteArray linesInFront;   ///< of its greeting
    QByteArray linesBehind {}; ///< the features, but before the kites
    Signs signs = Signs::Inside;
    Progress progress = Progress::EachChunk;
    Compresses compresses = Compresses::Nothing;
    QByteArray bothEnds = "1WR";  ///< what it says when all is over
    QByteArray endDummy = "Bye!"; ///< in chunks that end a stream
    QByteArray controlDummy = "!";
    QByteArray progressDummy {};
    bool emptyBeforeEnds = true;
    bool endsTwice = true;
    qsizetype firstWindow = 0; ///< what it sends before the first SKB; 0: all
    qsizetype window = 48'768; ///< what it sends ahead of SKB
    qsizetype chunkBytes = 16'256;
    QByteArray pingText = "1795217901.8887";
    bool echoesPings = true; ///< else a bare NOOP answers

    static const std::vector<Dialect> &all();
};

/// A connector of another version by hand: flies one kite and serves its visitors itself.
///
/// Visitors may ask for `/hello`, `/big` (bigBytes), `/late` (answered after the visitor's end),
/// and send uploads (answered by their SHA-1). The connection is read as pagekite.py does.
class OldConnector final : private net::StreamUser
{
public:
    static constexpr qsizetype bigBytes = 300'000;
    static constexpr qsizetype readBytes = 50'393; ///< pagekite.py's
    static QByteArray bigBody() { return pattern(bigBytes, 9); }

    OldConnector(net::Loop &loop, quint16 port, Dialect dialect, QByteArray kite,
                 QByteArray secret = "s3cret");

    /// Runs the event loop. @return whether the kite was accepted.
    bool fly();
    void ping()
    {
        sendChunk("NOOP: 1\r\nPING: " + m_dialect.pingText + "\r\n", m_dialect.controlDummy);
    }
    bool isOver() const { return m_isOver; }

    int mostChunksInARead = 0;
    int pings = 0;           ///< of the relay's
    QByteArrayList pongs {}; ///< from the relay
    QByteArrayList verdicts {};
    int openings = 0;

private:
    struct Visit
    {
        QByteArray arrived;
        QByteArray answer;
        qsizetype sent = 0;
        qsizetype reported = 0; ///< bytes that we said to have
        std::optional<quint64> acknowledgedKib;
        bool visitorEnded = false;
        bool isAnswered = false;
        bool hasEnded = false;
    };
    using Visits = std::map<wire::StreamId, Visit>;

    void streamReady(net::ByteStream &stream, net::Readiness readiness) override;
    void connect();
    void greet(const QByteArray &replaces = {});
    void readHead(QByteArrayView bytes);
    void take(const wire::GreetingReply &reply);
    void decode(QByteArrayView bytes);
    void headArrived(const wire::ChunkHead &head);
    void payloadArrived(Visits::iterator visit);
    void endArrived(wire::StreamId sid, wire::EndOfStream end);
    void reportProgress(Visits::iterator visit);
    void answer(Visit &visit);
    void push(Visits::iterator visit);
    void sendChunk(const QByteArray &lines, const QByteArray &data);
    void sendData(const QByteArray &lines, const QByteArray &data);
    void write(const QByteArray &bytes);
    void flush();

    net::Loop &m_loop;
    const quint16 m_port;
    const Dialect m_dialect;
    const QByteArray m_kite;
    const QByteArray m_secret;
    std::unique_ptr<net::ByteStream> m_stream;
    std::unique_ptr<wire::ChunkDecoder> m_decoder;
    wire::ChunkDeflater m_deflater {9};
    QByteArray m_head;
    QByteArray m_unsent;
    std::vector<wire::KiteRequest> m_requests;
    Visits m_visits;
    std::optional<wire::StreamId> m_current;
    bool m_flies = false;
    bool m_isOver = false;
};

} // namespace kite::test
