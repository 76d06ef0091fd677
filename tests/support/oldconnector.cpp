#include "tests/support/oldconnector.h"

#include <QCryptographicHash>

#include "kitecore/net/loop.h"
#include "kitecore/wire/signature.h"

namespace kite::test {

namespace {

QByteArray featureLine(const QByteArray &name)
{
    return "X-PageKite-Features: " + name + "\r\n";
}

QByteArray versionLine(const QByteArray &version)
{
    return "X-PageKite-Version: " + version + "\r\n";
}

QByteArray sidLine(wire::StreamId sid)
{
    return "SID: " + QByteArray::number(quint32(sid)) + "\r\n";
}

/// Recorded as old-0.3.21 and old-0.4.6a.
Dialect oldest(const QByteArray &version)
{
    return {.name = version,
            .relayPing = {},
            .linesInFront = versionLine(version) + featureLine("ZChunks"),
            .signs = Dialect::Signs::OnASecondConnection,
            .progress = Dialect::Progress::SpeedInstead,
            .compresses = Dialect::Compresses::AllData,
            .progressDummy = "!",
            .pingText = "1",
            .echoesPings = false};
}

/// Recorded as tunnel-basic, and without compression as handshake-reconnect.
Dialect newest(bool compression)
{
    const QByteArray version = "1.5.2.201011";
    return {.name = compression ? version : version + " --nozchunks",
            .relayPing = "HEAD /ping HTTP/1.1\r\nHost: ping.pagekite\r\n\r\n",
            .linesInFront = featureLine("AddKites") + versionLine(version)
                + (compression ? featureLine("ZChunks") : QByteArray()),
            .linesBehind = versionLine(version),
            .signs = compression ? Dialect::Signs::Inside : Dialect::Signs::OnASecondConnection,
            .compresses
            = compression ? Dialect::Compresses::LongChunks : Dialect::Compresses::Nothing};
}

} // namespace

const std::vector<Dialect> &Dialect::all()
{
    static const std::vector<Dialect> dialects {
        oldest("0.3.21"),
        oldest("0.4.6a"),
        {.name = "0.5.8a",
         .relayPing = "HEAD / HTTP/1.0\r\n\r\n",
         .linesInFront = featureLine("AddKites") + versionLine("0.5.8a") + featureLine("ZChunks"),
         .compresses = Compresses::LongChunks,
         .progressDummy = "!"},
        newest(true),
        newest(false),
        {.name = "libpagekite",
         .relayPing = "GET /ping HTTP/1.1\r\nHost: ping.pagekite\r\n\r\n",
         .linesInFront = versionLine("0.91.251215C"),
         .signs = Signs::OnASecondConnection,
         .progress = Progress::Each16Kib,
         .bothEnds = "1RW",
         .endDummy = {},
         .controlDummy = {},
         .emptyBeforeEnds = false,
         .endsTwice = false,
         .firstWindow = 128 * 1024,
         .window = 96 * 1024,
         .chunkBytes = 16'384,
         .pingText = "1",
         .echoesPings = false},
    };
    return dialects;
}

OldConnector::OldConnector(net::Loop &loop, quint16 port, Dialect dialect, QByteArray kite,
                           QByteArray secret)
    : m_loop(loop)
    , m_port(port)
    , m_dialect(std::move(dialect))
    , m_kite(std::move(kite))
    , m_secret(std::move(secret))
{
    connect();
    m_requests = {{*KiteId::parse(m_kite), "c84d50959454522144c2163aafa563ba351b", {}, {}}};
    greet();
}

void OldConnector::connect()
{
    auto socket = net::calls::beginConnect(QHostAddress::LocalHost, m_port);
    m_stream = net::descriptorStream(m_loop, std::move(socket).value(), {});
    m_stream->setUser(this);
    m_head.clear();
    m_unsent.clear();
}

bool OldConnector::fly()
{
    eventually([this] { return m_flies || m_isOver; });
    return m_flies;
}

// ---- the greeting

void OldConnector::greet(const QByteArray &replaces)
{
    QByteArray kites;
    for (auto &request : m_requests) {
        request.signature = wire::sign("05e347e6", m_secret, request.payload());
        kites += "X-PageKite: " + request.payload() + ':' + request.signature + "\r\n";
    }
    write("CONNECT PageKite:1 HTTP/1.0\r\n" + m_dialect.linesInFront + m_dialect.linesBehind
          + (replaces.isEmpty() ? QByteArray() : "X-PageKite-Replace: " + replaces + "\r\n") + kites
          + "\r\n");
}

void OldConnector::readHead(QByteArrayView bytes)
{
    m_head.append(bytes);
    const auto end = m_head.indexOf("\r\n\r\n");
    if (end < 0)
        return;
    const auto rest = m_head.sliced(end + 4);
    const auto reply = wire::parseReply(m_head.first(end + 4));
    if (!reply) {
        m_isOver = true;
        return;
    }
    m_decoder = std::make_unique<wire::ChunkDecoder>();
    take(*reply);
    if (m_decoder && !rest.isEmpty())
        decode(rest);
}

void OldConnector::take(const wire::GreetingReply &reply)
{
    m_requests.clear();
    for (const auto &verdict : reply.verdicts) {
        if (verdict.kind == wire::Verdict::Kind::SignThis)
            m_requests.push_back({verdict.kite, verdict.connectorSalt, verdict.detail, {}});
        else
            verdicts.append(verdict.detail);
        m_flies |= verdict.kind == wire::Verdict::Kind::Accepted;
    }
    if (m_requests.empty())
        return;
    if (m_dialect.signs == Dialect::Signs::OnASecondConnection) {
        m_decoder.reset();
        m_loop.poller().retire(std::move(m_stream));
        connect();
        return greet(reply.sessionId);
    }
    QByteArray lines = "NOOP: 1\r\n" + m_dialect.linesBehind;
    for (const auto &request : m_requests)
        lines += "X-PageKite: " + request.payload() + ':'
            + wire::sign("773ef9e6", m_secret, request.payload()) + "\r\n";
    sendChunk(lines, "\r\n!"); // the head is closed twice
}

// ---- the link

void OldConnector::streamReady(net::ByteStream &stream, net::Readiness readiness)
{
    if (readiness.write)
        flush();
    if (!readiness.read)
        return;
    std::array<char, readBytes> buffer {};
    const auto io = stream.read(buffer);
    if (io.status == net::Io::Status::Blocked)
        return;
    if (io.status != net::Io::Status::Moved) {
        m_isOver = true;
        m_stream->setInterest({});
        return;
    }
    const QByteArrayView bytes(buffer.data(), io.bytes);
    if (m_decoder)
        decode(bytes);
    else
        readHead(bytes);
}

void OldConnector::decode(QByteArrayView bytes)
{
    int chunks = 0;
    for (;;) {
        const auto what = m_decoder->next(bytes);
        if (!what) {
            m_isOver = true;
            return;
        }
        switch (*what) {
        case wire::ChunkDecoder::What::NeedMore:
            mostChunksInARead = std::max(mostChunksInARead, chunks);
            return;
        case wire::ChunkDecoder::What::Head:
            headArrived(m_decoder->head());
            break;
        case wire::ChunkDecoder::What::Data:
            if (m_current)
                m_visits[*m_current].arrived.append(m_decoder->data());
            break;
        case wire::ChunkDecoder::What::End:
            ++chunks;
            if (m_current)
                payloadArrived(m_visits.find(*m_current));
            m_current.reset();
            break;
        }
    }
}

void OldConnector::headArrived(const wire::ChunkHead &head)
{
    if (head.pong)
        pongs.append(head.pong->toByteArray());
    if (head.ping) {
        ++pings;
        const auto echo
            = m_dialect.echoesPings ? "PONG: " + head.ping->toByteArray() + "\r\n" : QByteArray();
        sendChunk("NOOP: 1\r\n" + echo, m_dialect.controlDummy);
    }
    if (!head.pagekite.empty()) {
        if (const auto reply = wire::replyFromChunk(head))
            take(*reply);
    }
    if (!head.sid)
        return;
    const auto visit = m_visits.find(*head.sid);
    if (head.writtenKib && visit != m_visits.end()) {
        visit->second.acknowledgedKib = head.writtenKib;
        push(visit);
    }
    if (head.end)
        return endArrived(*head.sid, *head.end);
    if (!head.carriesData())
        return;
    if (head.opensStream()) {
        ++openings;
        m_visits[*head.sid] = {};
    }
    if (m_visits.contains(*head.sid))
        m_current = head.sid;
}

void OldConnector::payloadArrived(Visits::iterator visit)
{
    reportProgress(visit);
    answer(visit->second);
    push(visit);
}

void OldConnector::endArrived(wire::StreamId sid, wire::EndOfStream end)
{
    const auto visit = m_visits.find(sid);
    if (visit == m_visits.end())
        return;
    visit->second.visitorEnded |= end.read;
    if (!end.write) {
        answer(visit->second);
        return push(visit);
    }
    m_visits.erase(visit);
    if (m_dialect.endsTwice)
        sendData(sidLine(sid) + "EOF: " + m_dialect.bothEnds + "\r\n", m_dialect.endDummy);
}

void OldConnector::reportProgress(Visits::iterator visit)
{
    auto &[sid, what] = *visit;
    const auto arrived = what.arrived.size();
    if (m_dialect.progress == Dialect::Progress::Each16Kib && arrived - what.reported < 16 * 1024)
        return;
    what.reported = arrived;
    const auto value = m_dialect.progress == Dialect::Progress::SpeedInstead
        ? QByteArray("SPD: 65536")
        : "SKB: " + QByteArray::number(arrived / 1024);
    sendChunk("NOOP: 1\r\n" + sidLine(sid) + value + "\r\n", m_dialect.progressDummy);
}

/// Once all that it depends on is there.
void OldConnector::answer(Visit &visit)
{
    const auto &request = visit.arrived;
    const auto head = request.indexOf("\r\n\r\n");
    if (visit.isAnswered || head < 0)
        return;
    QByteArray body = "hello from " + m_dialect.name;
    if (request.startsWith("GET /big "))
        body = bigBody();
    if (request.startsWith("GET /late ") && !visit.visitorEnded)
        return;
    if (const auto length = request.indexOf("Content-Length: "); length >= 0) {
        const auto upload = request.sliced(head + 4);
        const auto number = request.mid(length + 16, request.indexOf('\r', length) - length - 16);
        if (upload.size() < number.toLongLong())
            return;
        body = QCryptographicHash::hash(upload, QCryptographicHash::Sha1).toHex();
    }
    visit.answer = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + body;
    visit.isAnswered = true;
}

void OldConnector::push(Visits::iterator visit)
{
    auto &[sid, what] = *visit;
    if (!what.isAnswered || what.hasEnded)
        return;
    const bool isLimited = what.acknowledgedKib || m_dialect.firstWindow > 0;
    const auto most = what.acknowledgedKib
        ? qsizetype(*what.acknowledgedKib) * 1024 + m_dialect.window
        : m_dialect.firstWindow;
    while (what.sent < what.answer.size() && (!isLimited || what.sent < most)) {
        const auto part = what.answer.mid(what.sent, m_dialect.chunkBytes);
        sendData(sidLine(sid), part);
        what.sent += part.size();
    }
    if (what.sent < what.answer.size())
        return;
    what.hasEnded = true;
    if (m_dialect.emptyBeforeEnds)
        sendData(sidLine(sid), {});
    sendData(sidLine(sid) + "EOF: 1R\r\n", m_dialect.endDummy);
}

// ---- sending

/// Never compressed.
void OldConnector::sendChunk(const QByteArray &lines, const QByteArray &data)
{
    const auto body = lines + "\r\n" + data;
    write(QByteArray::number(body.size(), 16) + "\r\n" + body);
}

void OldConnector::sendData(const QByteArray &lines, const QByteArray &data)
{
    using enum Dialect::Compresses;
    const auto body = lines + "\r\n" + data;
    const bool isEnd = lines.contains("EOF: ");
    if (m_dialect.compresses == AllData
        || (m_dialect.compresses == LongChunks && body.size() > 64 && !isEnd)) {
        bool gained = false;
        const QByteArrayView view(body);
        return write(m_deflater.deflate(std::span(&view, 1), &gained));
    }
    sendChunk(lines, data);
}

void OldConnector::write(const QByteArray &bytes)
{
    m_unsent.append(bytes);
    flush();
}

void OldConnector::flush()
{
    while (!m_unsent.isEmpty()) {
        const auto io = m_stream->write(m_unsent);
        if (io.status != net::Io::Status::Moved)
            break;
        m_unsent.remove(0, io.bytes);
    }
    m_stream->setInterest({.read = true, .write = !m_unsent.isEmpty()});
}

} // namespace kite::test
