#include <QTest>
#include <QThread>

#include "kitecore/net/loop.h"
#include "kitecore/net/socketcalls.h"
#include "kitecore/net/streams.h"
#include "tests/support/loopback.h"
#include "tests/support/streamdriver.h"
#include "tests/support/waits.h"

using kite::net::ByteStream;
using kite::net::Io;
using kite::net::Loop;
using kite::net::Readiness;
using kite::net::StreamUser;
using kite::test::eventually;
using kite::test::pattern;
using kite::test::settles;
using kite::test::socketStreams;
using kite::test::StreamDriver;

class TestDescriptorStream : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void partsGoAsOne();
    void manyPartsGoInOrder();
    void aFullSocketBlocksAndSaysWhenItDrains();
    void muchGoesBothWaysAtOnce();
    void halvesCloseByThemselves();
    void aResetIsAFailure();
    void anEndIsKnownBeforeItIsRead();
    void whatCameBeforeACloseIsRead();
    void writingToOneWhoLeftEnds();
    void namesItsPeer_data();
    void namesItsPeer();
    void bytesPutBackHideThePlainSocket();
    void bytesPutBackComeFirst();
    void aUserMayDestroyItFromInside();
    void movesToAnotherThread();
    void everySocketHasNoDelay();
    void aDuplicateIsTheSameSocket();
};

void TestDescriptorStream::partsGoAsOne()
{
    Loop loop;
    auto [one, other] = socketStreams(loop);
    const QByteArrayView parts[] = {"head ", "", "body"};
    QCOMPARE(one->write(parts).bytes, 9);
    StreamDriver right(std::move(other));
    QVERIFY(eventually([&] { return right.received == "head body"; }));
    QCOMPARE(one->write(QByteArrayView()).status, Io::Status::Moved);
    QCOMPARE(one->writeRoom(), kite::limits::readBytes);
}

void TestDescriptorStream::manyPartsGoInOrder()
{
    Loop loop;
    auto [one, other] = socketStreams(loop);
    const auto bytes = pattern(500);
    std::vector<QByteArrayView> parts;
    for (qsizetype i = 0; i < bytes.size(); ++i)
        parts.push_back(QByteArrayView(bytes).sliced(i, 1));
    std::span<const QByteArrayView> left(parts);
    while (!left.empty()) {
        const auto io = one->write(left);
        QCOMPARE(io.status, Io::Status::Moved);
        left = left.subspan(std::size_t(io.bytes));
    }
    StreamDriver right(std::move(other));
    QVERIFY(eventually([&] { return right.received == bytes; }));
}

void TestDescriptorStream::aFullSocketBlocksAndSaysWhenItDrains()
{
    Loop loop;
    auto [one, other] = socketStreams(loop);
    StreamDriver left(std::move(one));
    StreamDriver right(std::move(other));
    right.pause();
    const auto much = pattern(20'000'000);
    left.send(much);
    QVERIFY(settles());
    QVERIFY(left.unsentBytes() > 0);
    QCOMPARE(left.stream->writeRoom(), 0);
    QCOMPARE(left.stream->queuedBytes(), 0);
    right.resume();
    QVERIFY(eventually([&] { return right.received.size() == much.size(); }));
    QVERIFY(right.received == much);
    QVERIFY(eventually([&] { return left.stream->writeRoom() == kite::limits::readBytes; }));
}

void TestDescriptorStream::muchGoesBothWaysAtOnce()
{
    Loop loop;
    auto [one, other] = socketStreams(loop);
    StreamDriver left(std::move(one));
    StreamDriver right(std::move(other));
    const auto there = pattern(10'000'001, 1);
    const auto back = pattern(9'000'003, 2);
    left.send(there);
    right.send(back);
    left.finish();
    right.finish();
    QVERIFY(eventually([&] { return left.ended && right.ended; }));
    QVERIFY(right.received == there);
    QVERIFY(left.received == back);
}

void TestDescriptorStream::halvesCloseByThemselves()
{
    Loop loop;
    auto [one, other] = socketStreams(loop);
    StreamDriver left(std::move(one));
    StreamDriver right(std::move(other));
    left.send("question");
    left.finish();
    QVERIFY(eventually([&] { return right.ended; }));
    QCOMPARE(right.received, "question");
    QVERIFY(settles());
    QVERIFY(!left.ended);
    right.send("answer");
    right.finish();
    QVERIFY(eventually([&] { return left.ended; }));
    QCOMPARE(left.received, "answer");
}

void TestDescriptorStream::aResetIsAFailure()
{
    Loop loop;
    auto [one, other] = socketStreams(loop);
    StreamDriver right(std::move(other));
    kite::test::resetOnClose(one->plainSocket());
    one.reset();
    QVERIFY(eventually([&] { return right.failed; }));
    QVERIFY(!right.ended);
}

void TestDescriptorStream::anEndIsKnownBeforeItIsRead()
{
    Loop loop;
    auto [one, other] = socketStreams(loop);
    QVERIFY(!one->hasHungUp());
    other->write("last words");
    QVERIFY(!one->hasHungUp());
    other->shutdownWrite();
    QVERIFY(eventually([&] { return one->hasHungUp(); }));
    StreamDriver reader(std::move(one));
    QVERIFY(eventually([&] { return reader.ended; }));
    QCOMPARE(reader.received, "last words");
}

void TestDescriptorStream::whatCameBeforeACloseIsRead()
{
    Loop loop;
    auto [one, other] = socketStreams(loop);
    one->write("last words");
    one.reset();
    StreamDriver right(std::move(other));
    QVERIFY(eventually([&] { return right.ended; }));
    QCOMPARE(right.received, "last words");
}

void TestDescriptorStream::writingToOneWhoLeftEnds()
{
    Loop loop;
    auto [one, other] = socketStreams(loop);
    StreamDriver left(std::move(one));
    other.reset();
    QVERIFY(eventually([&] { return left.ended; }));
    QVERIFY(eventually([&] { // the first write makes the peer answer with a reset
        left.send("x");
        return left.unwanted || left.failed;
    }));
}

void TestDescriptorStream::namesItsPeer_data()
{
    QTest::addColumn<QHostAddress>("listens");
    QTest::addColumn<QHostAddress>("connects");
    QTest::addColumn<QString>("address");
    QTest::newRow("IPv4") << QHostAddress(QHostAddress::LocalHost)
                          << QHostAddress(QHostAddress::LocalHost) << "127.0.0.1";
    QTest::newRow("IPv6") << QHostAddress(QHostAddress::LocalHostIPv6)
                          << QHostAddress(QHostAddress::LocalHostIPv6) << "::1";
    QTest::newRow("IPv4 at both") << QHostAddress(QHostAddress::Any)
                                  << QHostAddress(QHostAddress::LocalHost) << "127.0.0.1";
}

void TestDescriptorStream::namesItsPeer()
{
    QFETCH(QHostAddress, listens);
    QFETCH(QHostAddress, connects);
    QFETCH(QString, address);
    QTcpServer server;
    QVERIFY(server.listen(listens));
    server.pauseAccepting();
    auto connected = kite::net::calls::beginConnect(connects, server.serverPort());
    QVERIFY(connected);
    kite::net::calls::Accepted accepted;
    QVERIFY(eventually([&] {
        accepted = kite::net::calls::accept(server.socketDescriptor());
        return accepted.socket.isOpen();
    }));
    QVERIFY(accepted.peer.port != 0);
    Loop loop;
    const auto stream
        = kite::net::descriptorStream(loop, std::move(accepted.socket), accepted.peer);
    QCOMPARE(stream->peer().address, address);
    QCOMPARE(stream->peer().port, accepted.peer.port);
}

void TestDescriptorStream::bytesPutBackHideThePlainSocket()
{
    Loop loop;
    auto [one, other] = socketStreams(loop);
    QVERIFY(one->plainSocket() != kite::net::noSocket);
    one->unread("x");
    QCOMPARE(one->plainSocket(), kite::net::noSocket);
    char c = 0;
    QCOMPARE(one->read(std::span(&c, 1)).bytes, 1);
    QVERIFY(one->plainSocket() != kite::net::noSocket);
}

void TestDescriptorStream::bytesPutBackComeFirst()
{
    Loop loop;
    auto [one, other] = socketStreams(loop);
    other->unread("head ");
    StreamDriver right(std::move(other));
    right.readBytes = 2;
    QVERIFY(eventually([&] { return right.received == "head "; })); // with a silent socket
    one->write("tail");
    QVERIFY(eventually([&] { return right.received == "head tail"; }));
}

void TestDescriptorStream::aUserMayDestroyItFromInside()
{
    class Destroyer final : public StreamUser
    {
    public:
        void streamReady(ByteStream &, Readiness) override
        {
            ++told;
            stream.reset();
        }
        std::unique_ptr<ByteStream> stream;
        int told = 0;
    } destroyer;
    Loop loop;
    auto [one, other] = socketStreams(loop);
    destroyer.stream = std::move(other);
    destroyer.stream->setUser(&destroyer);
    destroyer.stream->unread("x");
    destroyer.stream->setInterest({.read = true, .write = true});
    one->write("y");
    QVERIFY(eventually([&] { return destroyer.told > 0; }));
    QVERIFY(settles());
    QCOMPARE(destroyer.told, 1);
}

void TestDescriptorStream::movesToAnotherThread()
{
    Loop loop;
    auto [one, other] = socketStreams(loop);
    StreamDriver left(std::move(one));
    QVERIFY(other->isMovable());
    other->setUser(&left);
    other->setInterest({.read = true});
    other->unread("peeked ");
    other->detach();
    left.send("question");
    left.finish();
    QByteArray received;
    const std::unique_ptr<QThread> thread(QThread::create([&] {
        Loop elsewhere;
        other->attach(elsewhere);
        StreamDriver right(std::move(other));
        eventually([&] { return right.ended; });
        received = right.received;
        right.send("answer");
    }));
    thread->start();
    QVERIFY(eventually([&] { return left.ended; }));
    QVERIFY(thread->wait());
    QCOMPARE(received, "peeked question");
    QCOMPARE(left.received, "answer");
}

void TestDescriptorStream::everySocketHasNoDelay()
{
    auto pair = kite::test::socketPair();
    for (const auto *socket : {&pair.connected, &pair.accepted}) {
        QTcpSocket asked; // owns the copy
        QVERIFY(asked.setSocketDescriptor(kite::net::calls::duplicate(socket->handle()).release()));
        QCOMPARE(asked.socketOption(QAbstractSocket::LowDelayOption).toInt(), 1);
    }
}

void TestDescriptorStream::aDuplicateIsTheSameSocket()
{
    auto pair = kite::test::socketPair();
    auto copy = kite::net::calls::duplicate(pair.connected.handle());
    QVERIFY(copy.isOpen());
    QVERIFY(copy.handle() != pair.connected.handle());
    pair.connected.reset();
    QVERIFY(!pair.connected.isOpen());
    const QByteArrayView bytes("by the copy");
    QCOMPARE(kite::net::calls::send(copy.handle(), std::span(&bytes, 1)).bytes, bytes.size());
    Loop loop;
    StreamDriver right(kite::net::descriptorStream(loop, std::move(pair.accepted), {}));
    QVERIFY(eventually([&] { return right.received == bytes; }));
}

QTEST_GUILESS_MAIN(TestDescriptorStream)
#include "tst_descriptorstream.moc"
