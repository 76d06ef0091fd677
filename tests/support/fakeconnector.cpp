#include "tests/support/fakeconnector.h"

#include <algorithm>

#include "kitecore/wire/signature.h"

namespace kite::test {

QByteArray FakeConnector::Chunk::value(const QByteArray &name) const
{
    for (const auto &line : lines.split('\n')) {
        if (line.startsWith(name + ": "))
            return line.sliced(name.size() + 2).trimmed();
    }
    return {};
}

FakeConnector::FakeConnector(std::unique_ptr<net::ByteStream> stream)
    : m_connection(std::move(stream))
{
}

void FakeConnector::sendChunk(const QByteArray &lines, const QByteArray &data)
{
    const auto body = lines + "\r\n" + data;
    send(QByteArray::number(body.size(), 16) + "\r\n" + body);
}

QByteArray FakeConnector::readHead()
{
    const QByteArrayView blankLine = "\r\n\r\n";
    auto &received = m_connection.received;
    eventually([&] { return received.contains(blankLine) || m_connection.isOver(); });
    const auto end = received.indexOf(blankLine);
    if (end < 0)
        return {};
    const auto head = received.first(end + blankLine.size());
    received.remove(0, head.size());
    return head;
}

std::optional<FakeConnector::Chunk> FakeConnector::readChunk()
{
    auto &received = m_connection.received;
    qsizetype begin = 0;
    qsizetype bytes = 0;
    const auto isComplete = [&] {
        const auto lineEnd = received.indexOf("\r\n");
        begin = lineEnd + 2;
        bytes = lineEnd < 0 ? 0 : received.first(lineEnd).toLongLong(nullptr, 16);
        return lineEnd >= 0 && received.size() >= begin + bytes;
    };
    eventually([&] { return isComplete() || m_connection.isOver(); });
    if (!isComplete())
        return std::nullopt;
    const auto body = received.sliced(begin, bytes);
    received.remove(0, begin + bytes);
    const auto blank = body.startsWith("\r\n") ? -2 : body.indexOf("\r\n\r\n");
    const Chunk chunk {body.first(blank + 2), body.sliced(blank + 4)};
    const auto token = chunk.value("PING");
    if (token.isEmpty())
        return chunk;
    sendChunk("NOOP: 1\r\nPONG: " + token + "\r\n", "!");
    return readChunk();
}

bool FakeConnector::isClosedByRelay()
{
    return eventually([&] { return m_connection.isOver(); });
}

void FakeConnector::showLife()
{
    QObject::connect(&m_pulse, &QTimer::timeout, &m_pulse, [this] { sendChunk("NOOP: 1\r\n"); });
    m_pulse.start(std::chrono::milliseconds(10));
}

wire::GreetingReply FakeConnector::greet(const QByteArrayList &kites, const QByteArray &replaces)
{
    wire::Greeting greeting;
    greeting.version = "1.5.2.201011";
    greeting.features = features;
    greeting.replaces = replaces;
    for (const auto &kite : kites)
        greeting.kites.push_back({*KiteId::parse(kite), "5a17", {}, {}});
    send(wire::writeGreeting(greeting));
    const auto reply = wire::parseReply(readHead());
    if (!reply)
        return {};
    session = reply->sessionId;
    return *reply;
}

std::optional<wire::GreetingReply> FakeConnector::prove(const wire::GreetingReply &reply,
                                                        const QByteArray &secret)
{
    wire::Greeting greeting;
    greeting.kites = signedRequests(reply, secret);
    send(wire::controlChunk(wire::writeGreetingLines(greeting)));
    const auto answer = readChunk();
    if (!answer)
        return std::nullopt;
    const auto head = wire::parseChunkHead(answer->lines);
    const auto parsed
        = head ? wire::replyFromChunk(*head) : Err {wire::GreetingError::NotAGreeting};
    if (!parsed)
        return std::nullopt;
    session = parsed->sessionId;
    return *parsed;
}

bool FakeConnector::fly(const QByteArrayList &kites, const QByteArray &secret,
                        const QByteArray &replaces)
{
    const auto reply = prove(greet(kites, replaces), secret);
    if (!reply)
        return false;
    const auto accepted
        = std::ranges::count(reply->verdicts, wire::Verdict::Kind::Accepted, &wire::Verdict::kind);
    return accepted == kites.size();
}

std::vector<wire::KiteRequest> signedRequests(const wire::GreetingReply &reply,
                                              const QByteArray &secret)
{
    std::vector<wire::KiteRequest> requests;
    for (const auto &verdict : reply.verdicts) {
        if (verdict.kind != wire::Verdict::Kind::SignThis)
            continue;
        wire::KiteRequest request {verdict.kite, verdict.connectorSalt, verdict.detail, {}};
        request.signature = wire::sign("01234567", secret, request.payload());
        requests.push_back(request);
    }
    return requests;
}

QByteArrayList verdictWords(const wire::GreetingReply &reply)
{
    const QByteArrayList kinds {"sign", "ok", "ssl", "duplicate", "invalid"};
    QByteArrayList words;
    for (const auto &verdict : reply.verdicts) {
        auto word = kinds[int(verdict.kind)] + ' ' + verdict.kite.toByteArray();
        if (verdict.kind == wire::Verdict::Kind::Invalid)
            word += ' ' + verdict.detail;
        words << word;
    }
    return words;
}

} // namespace kite::test
