#include <QTest>
#include <QThread>

#include <openssl/ssl.h>

#include "kitecore/net/loop.h"
#include "kitecore/net/streambio.h"
#include "tests/kitecore/net/tlscontexts.h"
#include "tests/support/choppedstream.h"
#include "tests/support/loopback.h"
#include "tests/support/streamdriver.h"
#include "tests/support/waits.h"

using kite::net::ByteStream;
using kite::net::Io;
using kite::net::Loop;
using kite::net::Readiness;
using kite::net::StreamUser;
using kite::net::TlsError;
using kite::test::ChoppedStream;
using kite::test::eventually;
using kite::test::Outcome;
using kite::test::pattern;
using kite::test::settles;
using kite::test::StreamDriver;
using kite::test::TlsContexts;
using kite::test::valueOf;

namespace {

using Stream = std::unique_ptr<ByteStream>;

/// What lies below both ends of a TLS connection.
enum class Below { Socket, Pair, ByteByByte, OddPieces, Tls };

kite::test::StreamPair lowerStreams(Loop &loop, Below below)
{
    auto pair
        = below == Below::Socket ? kite::test::socketStreams(loop) : kite::net::streamPair(loop);
    if (below == Below::ByteByByte || below == Below::OddPieces) {
        const qsizetype most = below == Below::ByteByByte ? 1 : 1'009;
        return {std::make_unique<ChoppedStream>(std::move(pair.first), most),
                std::make_unique<ChoppedStream>(std::move(pair.second), most)};
    }
    return pair;
}

/// Session tickets come after the handshake. A socket that is closed with them unread sends a
/// reset.
void readTickets(ByteStream &client)
{
    settles();
    char c = 0;
    QCOMPARE(client.read(std::span(&c, 1)).status, Io::Status::Blocked);
}

/// Both ends of a connection, over a network that breaks at the server when told.
struct Breakable
{
    explicit Breakable(const TlsContexts &tls)
    {
        auto [clientEnd, serverEnd] = kite::net::streamPair(loop);
        auto below = std::make_unique<ChoppedStream>(std::move(serverEnd), 1'009);
        network = below.get();
        client = std::make_unique<StreamDriver>(kite::net::tlsClient(
            loop, std::move(clientEnd), tls.client, "relay.test", outcome.listener()));
        server = kite::net::tlsServer(loop, std::move(below), tls.server, [](auto, auto) {});
    }

    Loop loop;
    Outcome outcome;
    ChoppedStream *network = nullptr; ///< the server's, as long as that lives
    std::unique_ptr<StreamDriver> client;
    Stream server;
};

} // namespace

/// What moves through TLS, over all that can lie below it.
class TestTlsStream : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void movesBothWaysAtOnce_data() { addBelow(); }
    void movesBothWaysAtOnce();
    void halvesCloseByThemselves_data() { addBelow(); }
    void halvesCloseByThemselves();
    void isLevelTriggered_data() { addBelow(); }
    void isLevelTriggered();
    void tls12MovesToo();
    void partsShareARecord();
    void readsWholeThatArrivesAtOnce();
    void aSlowReaderHoldsUpTheWriter();
    void writeReadinessAfterShutdownMeansSent();
    void whatWasWrittenOutlivesTheWriter();
    void anEndWithoutNoticeIsAnEnd();
    void aBreakIsAFailure();
    void nothingWaitsForWhoIsGone();
    void answersThatNobodyTakesEndIt();
    void garbageBreaksIt();
    void aUserMayDestroyItFromInside();
    void movesToAnotherThread();
    void namesItsPeer();

private:
    static void addBelow();
    /// Both ends after the handshake.
    kite::test::StreamPair secured(Loop &loop, Below below);

    TlsContexts m_tls;
};

void TestTlsStream::addBelow()
{
    QTest::addColumn<Below>("below");
    QTest::newRow("socket") << Below::Socket;
    QTest::newRow("pair") << Below::Pair;
    QTest::newRow("byte by byte") << Below::ByteByByte;
    QTest::newRow("odd pieces") << Below::OddPieces;
    QTest::newRow("TLS in TLS") << Below::Tls;
}

kite::test::StreamPair TestTlsStream::secured(Loop &loop, Below below)
{
    auto [clientEnd, serverEnd]
        = below == Below::Tls ? secured(loop, Below::Socket) : lowerStreams(loop, below);
    Outcome clientOutcome;
    Outcome serverOutcome;
    auto client = kite::net::tlsClient(loop, std::move(clientEnd), m_tls.client, "relay.test",
                                       clientOutcome.listener());
    auto server
        = kite::net::tlsServer(loop, std::move(serverEnd), m_tls.server, serverOutcome.listener());
    const bool ended
        = eventually([&] { return clientOutcome.told == 1 && serverOutcome.told == 1; });
    if (!ended || clientOutcome.error != TlsError::None || serverOutcome.error != TlsError::None)
        qFatal("no handshake: %s %s", qPrintable(clientOutcome.detail),
               qPrintable(serverOutcome.detail));
    return {std::move(client), std::move(server)};
}

void TestTlsStream::movesBothWaysAtOnce()
{
    QFETCH(Below, below);
    Loop loop;
    auto [one, other] = secured(loop, below);
    StreamDriver client(std::move(one));
    StreamDriver server(std::move(other));
    const qsizetype bytes = below == Below::ByteByByte ? 50'021 : 6'000'011;
    const auto up = pattern(bytes, 1);
    const auto down = pattern(bytes + 77, 2);
    client.send(up);
    server.send(down);
    client.finish();
    server.finish();
    QVERIFY(eventually([&] { return client.ended && server.ended; }));
    QVERIFY(server.received == up);
    QVERIFY(client.received == down);
}

void TestTlsStream::halvesCloseByThemselves()
{
    QFETCH(Below, below);
    Loop loop;
    auto [one, other] = secured(loop, below);
    StreamDriver client(std::move(one));
    StreamDriver server(std::move(other));
    client.send("question");
    client.finish();
    QVERIFY(eventually([&] { return server.ended; }));
    QCOMPARE(server.received, "question");
    QVERIFY(settles());
    QVERIFY(!client.isOver());
    const auto answer = pattern(below == Below::ByteByByte ? 1'000 : 700'000);
    server.send(answer);
    server.finish();
    QVERIFY(eventually([&] { return client.ended; }));
    QVERIFY(client.received == answer);
    QVERIFY(!client.failed);
}

void TestTlsStream::isLevelTriggered()
{
    QFETCH(Below, below);
    Loop loop;
    auto [one, other] = secured(loop, below);
    StreamDriver client(std::move(one));
    StreamDriver server(std::move(other));
    server.readBytes = 7; // far less than a record: the rest gives no event below
    client.send(pattern(1'000));
    QVERIFY(eventually([&] { return server.received == pattern(1'000); }));
    QVERIFY(settles()); // and nothing spins
    server.pause();
    client.send("later");
    QVERIFY(settles());
    QCOMPARE(server.received.size(), 1'000);
    server.resume();
    QVERIFY(eventually([&] { return server.received.endsWith("later"); }));
    QVERIFY(settles());
}

void TestTlsStream::tls12MovesToo()
{
    Loop loop;
    const auto context = valueOf(kite::tls::serverContext(m_tls.pem));
    SSL_CTX_set_max_proto_version(context.get(), TLS1_2_VERSION);
    auto [clientEnd, serverEnd] = kite::test::socketStreams(loop);
    Outcome outcome;
    auto one = kite::net::tlsClient(loop, std::move(clientEnd), m_tls.client, "relay.test",
                                    outcome.listener());
    auto other = kite::net::tlsServer(loop, std::move(serverEnd), context, [](auto, auto) {});
    QVERIFY(eventually([&] { return outcome.told > 0; }));
    QCOMPARE(outcome.error, TlsError::None);
    StreamDriver client(std::move(one));
    StreamDriver server(std::move(other));
    const auto bytes = pattern(500'000);
    client.send(bytes);
    client.finish();
    QVERIFY(eventually([&] { return server.ended; }));
    QVERIFY(server.received == bytes);
    server.send("answer");
    server.finish();
    QVERIFY(eventually([&] { return client.ended; }));
    QCOMPARE(client.received, "answer");
}

void TestTlsStream::partsShareARecord()
{
    Loop loop;
    auto [one, other] = secured(loop, Below::Socket);
    const QByteArrayView parts[] = {"head ", "", "body"};
    QCOMPARE(one->write(parts).bytes, 9);
    const auto small = one->queuedBytes();
    QVERIFY(small > 9);
    QVERIFY(small < 9 + 40); // one record's head and tag
    const auto body = pattern(100'000);
    const QByteArrayView large[] = {"head ", body};
    QCOMPARE(one->write(large).bytes, 100'005);
    QVERIFY(one->queuedBytes() - small < 100'005 + 8 * 40);
    StreamDriver server(std::move(other));
    QVERIFY(eventually([&] { return server.received == "head bodyhead " + body; }));
    QCOMPARE(one->queuedBytes(), 0);
}

void TestTlsStream::readsWholeThatArrivesAtOnce()
{
    Loop loop;
    auto [one, other] = secured(loop, Below::Pair);
    const auto bytes = pattern(60'000); // four records
    QCOMPARE(one->write(bytes).bytes, bytes.size());
    QVERIFY(settles());
    QByteArray seen(65'536, Qt::Uninitialized);
    QCOMPARE(other->read(seen).bytes, bytes.size());
    QVERIFY(seen.first(bytes.size()) == bytes);
    QCOMPARE(other->read(seen).status, Io::Status::Blocked);
}

void TestTlsStream::aSlowReaderHoldsUpTheWriter()
{
    Loop loop;
    auto [one, other] = secured(loop, Below::Socket);
    StreamDriver client(std::move(one));
    StreamDriver server(std::move(other));
    server.pause();
    const auto much = pattern(20'000'000);
    client.send(much);
    QVERIFY(settles());
    QVERIFY(client.unsentBytes() > 0);
    QVERIFY(client.stream->queuedBytes() <= 300 * 1024);
    QCOMPARE(client.stream->write("x").status, Io::Status::Blocked);
    server.resume();
    QVERIFY(eventually([&] { return server.received.size() == much.size(); }));
    QVERIFY(server.received == much);
}

void TestTlsStream::writeReadinessAfterShutdownMeansSent()
{
    class Ear final : public StreamUser
    {
    public:
        void streamReady(ByteStream &stream, Readiness readiness) override
        {
            told = told || readiness.write;
            queued = stream.queuedBytes();
            stream.setInterest({});
        }
        bool told = false;
        qsizetype queued = -1;
    } ear;
    Loop loop;
    auto [one, other] = secured(loop, Below::Socket);
    const auto chunk = pattern(64 * 1024);
    qsizetype sent = 0;
    while (true) {
        const auto io = one->write(chunk);
        if (io.status != Io::Status::Moved)
            break;
        sent += io.bytes;
    }
    QVERIFY(one->queuedBytes() > 0);
    one->shutdownWrite();
    QCOMPARE(one->write("x").status, Io::Status::Ended);
    one->setUser(&ear);
    one->setInterest({.write = true});
    QVERIFY(settles());
    QVERIFY(!ear.told);
    StreamDriver server(std::move(other));
    QVERIFY(eventually([&] { return ear.told; }));
    QCOMPARE(ear.queued, 0);
    readTickets(*one);
    one.reset();
    QVERIFY(eventually([&] { return server.ended; }));
    QCOMPARE(server.received.size(), sent);
}

void TestTlsStream::whatWasWrittenOutlivesTheWriter()
{
    Loop loop;
    auto [one, other] = secured(loop, Below::Socket);
    readTickets(*one);
    one->write("last words");
    one.reset(); // before the round ends
    StreamDriver server(std::move(other));
    QVERIFY(eventually([&] { return server.ended; }));
    QCOMPARE(server.received, "last words");
}

void TestTlsStream::anEndWithoutNoticeIsAnEnd()
{
    Loop loop;
    auto pair = kite::test::socketPair();
    const auto copy = kite::net::calls::duplicate(pair.connected.handle());
    Outcome clientOutcome;
    Outcome serverOutcome;
    auto client = kite::net::tlsClient(
        loop, kite::net::descriptorStream(loop, std::move(pair.connected), {}), m_tls.client,
        "relay.test", clientOutcome.listener());
    StreamDriver server(
        kite::net::tlsServer(loop, kite::net::descriptorStream(loop, std::move(pair.accepted), {}),
                             m_tls.server, serverOutcome.listener()));
    QVERIFY(eventually([&] { return clientOutcome.told == 1 && serverOutcome.told == 1; }));
    client->write("all that there is");
    QVERIFY(eventually([&] { return !server.received.isEmpty(); }));
    kite::net::calls::shutdownWrite(copy.handle()); // behind TLS's back
    QVERIFY(eventually([&] { return server.isOver(); }));
    QVERIFY(server.ended);
    QCOMPARE(server.received, "all that there is");
    server.send("still answers");
    StreamDriver rest(std::move(client));
    QVERIFY(eventually([&] { return rest.received == "still answers"; }));
}

void TestTlsStream::aBreakIsAFailure()
{
    Breakable connection(m_tls);
    auto &client = *connection.client;
    StreamDriver server(std::move(connection.server));
    QVERIFY(eventually([&] { return connection.outcome.told == 1; }));
    client.send("before");
    QVERIFY(eventually([&] { return server.received == "before"; }));
    connection.network->breakDown();
    client.send("never");
    QVERIFY(eventually([&] { return server.isOver(); }));
    QVERIFY(server.failed);
    QVERIFY(!server.ended);
    QVERIFY(settles());
}

/// Not even the notice of the end.
void TestTlsStream::nothingWaitsForWhoIsGone()
{
    const Breakable connection(m_tls);
    const auto &server = connection.server;
    QVERIFY(eventually([&] { return connection.outcome.told == 1; }));
    connection.network->breakDown();
    server->write(QByteArrayView("never"));
    QVERIFY(settles()); // the break is found
    server->shutdownWrite();
    QCOMPARE(server->queuedBytes(), 0);
}

/// As OpenSSL's are to whoever asks to negotiate anew, again and again.
void TestTlsStream::answersThatNobodyTakesEndIt()
{
    Loop loop;
    auto [far, near] = kite::net::streamPair(loop);
    kite::net::StreamBio bio(std::move(near));
    far->write(QByteArrayView("more"));
    const auto reference = std::unique_ptr<BIO, int (*)(BIO *)>(bio.reference(), BIO_free);
    std::array<char, 4> into {};
    const auto readOne = [&] {
        bio.beginReading(64);
        const int result = BIO_read(reference.get(), into.data(), 1);
        bio.endReading();
        return result;
    };
    QCOMPARE(readOne(), 1);
    const QByteArray answers(1024 * 1024, 'x');
    QCOMPARE(BIO_write(reference.get(), answers.data(), int(answers.size())), answers.size());
    QCOMPARE(readOne(), 1); // what was read ahead
    QCOMPARE(readOne(), 1);
    QCOMPARE(readOne(), 1);
    far->write(QByteArrayView("still more"));
    QCOMPARE(readOne(), -1);
    QVERIFY(!BIO_should_retry(reference.get()));
}

void TestTlsStream::garbageBreaksIt()
{
    Loop loop;
    auto pair = kite::test::socketPair();
    const auto behind = kite::net::calls::duplicate(pair.connected.handle());
    Outcome outcome;
    StreamDriver client(
        kite::net::tlsClient(loop, kite::net::descriptorStream(loop, std::move(pair.connected), {}),
                             m_tls.client, "relay.test", outcome.listener()));
    StreamDriver server(
        kite::net::tlsServer(loop, kite::net::descriptorStream(loop, std::move(pair.accepted), {}),
                             m_tls.server, [](auto, auto) {}));
    QVERIFY(eventually([&] { return outcome.told == 1; }));
    QVERIFY(settles());
    const QByteArray garbage = QByteArray::fromHex("1703030020") + QByteArray(32, 'x');
    const QByteArrayView part(garbage);
    kite::net::calls::send(behind.handle(), std::span(&part, 1));
    QVERIFY(eventually([&] { return server.failed && client.failed; })); // by alert
    QCOMPARE(server.stream->write("x").status, Io::Status::Failed);
    QVERIFY(settles());
}

void TestTlsStream::aUserMayDestroyItFromInside()
{
    class Destroyer final : public StreamUser
    {
    public:
        void streamReady(ByteStream &, Readiness) override
        {
            ++told;
            stream.reset();
        }
        Stream stream;
        int told = 0;
    } destroyer;
    Loop loop;
    auto [one, other] = secured(loop, Below::Socket);
    destroyer.stream = std::move(other);
    destroyer.stream->setUser(&destroyer);
    destroyer.stream->setInterest({.read = true});
    one->write(pattern(30'000));
    QVERIFY(eventually([&] { return destroyer.told > 0; }));
    QVERIFY(settles());
    QCOMPARE(destroyer.told, 1);
}

void TestTlsStream::movesToAnotherThread()
{
    Loop loop;
    auto [one, other] = secured(loop, Below::Socket);
    QVERIFY(other->isMovable());
    StreamDriver client(std::move(one));
    // Some of it is already inside OpenSSL when it moves, and something waits to go out.
    const auto question = pattern(40'000);
    client.send(question);
    client.finish();
    QByteArray received(100, Qt::Uninitialized);
    QVERIFY(eventually([&] { return other->read(received).status == Io::Status::Moved; }));
    other->write("first ");
    other->detach();
    const std::unique_ptr<QThread> thread(QThread::create([&] {
        Loop elsewhere;
        other->attach(elsewhere);
        StreamDriver server(std::move(other));
        eventually([&] { return server.ended; });
        received += server.received;
        server.send("second");
        server.finish();
    }));
    thread->start();
    QVERIFY(eventually([&] { return client.ended; }));
    QVERIFY(thread->wait());
    QVERIFY(received == question);
    QCOMPARE(client.received, "first second");
}

void TestTlsStream::namesItsPeer()
{
    Loop loop;
    auto [one, other] = secured(loop, Below::Socket);
    QCOMPARE(other->peer().address, QStringLiteral("127.0.0.1"));
    QVERIFY(other->peer().port != 0);
    QCOMPARE(other->plainSocket(), kite::net::noSocket);
    auto [pairOne, pairOther] = secured(loop, Below::Pair);
    QVERIFY(!pairOne->isMovable());
}

QTEST_GUILESS_MAIN(TestTlsStream)
#include "tst_tlsstream.moc"
