#include <QTest>

#include "kitecore/net/loop.h"
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
using kite::test::StreamDriver;

namespace {

Io read(ByteStream &stream, QByteArray *into, qsizetype most = 65'536)
{
    QByteArray buffer(most, Qt::Uninitialized);
    const Io io = stream.read(buffer);
    if (io.status == Io::Status::Moved)
        into->append(buffer.constData(), io.bytes);
    return io;
}

/// Destroys what it uses as soon as it is told of anything.
class Destroyer final : public StreamUser
{
public:
    explicit Destroyer(std::unique_ptr<ByteStream> used) : stream(std::move(used))
    {
        stream->setUser(this);
    }
    void streamReady(ByteStream &, Readiness) override
    {
        ++told;
        stream.reset();
        if (alsoDestroyed)
            alsoDestroyed->reset();
    }

    std::unique_ptr<ByteStream> stream;
    std::unique_ptr<ByteStream> *alsoDestroyed = nullptr;
    int told = 0;
};

} // namespace

class TestMemoryPair : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void bytesComeInOrder();
    void isBounded();
    void muchGoesBothWaysAtOnce();
    void halvesCloseByThemselves();
    void whatWasWrittenOutlivesTheWriter();
    void writingToOneWhoLeftEnds();
    void isLevelTriggered();
    void bytesPutBackComeFirst();
    void bytesPutBackWakeTheReader();
    void aUserMayDestroyItFromInside();
    void nobodyIsToldFromInsideAWrite();
};

void TestMemoryPair::bytesComeInOrder()
{
    Loop loop;
    auto [one, other] = kite::net::streamPair(loop);
    const QByteArrayView parts[] = {"a", "", "bc", "def"};
    QCOMPARE(one->write(parts).bytes, 6);
    QByteArray seen;
    QCOMPARE(read(*other, &seen, 4).bytes, 4);
    QCOMPARE(read(*other, &seen).bytes, 2);
    QCOMPARE(seen, "abcdef");
    QCOMPARE(read(*other, &seen).status, Io::Status::Blocked);
    QVERIFY(one->peer().address.isEmpty());
    QCOMPARE(one->plainSocket(), kite::net::noSocket);
}

void TestMemoryPair::isBounded()
{
    Loop loop;
    auto [one, other] = kite::net::streamPair(loop);
    QCOMPARE(one->writeRoom(), 256 * 1024);
    const auto much = pattern(300 * 1024);
    QCOMPARE(one->write(much).bytes, 256 * 1024);
    QCOMPARE(one->writeRoom(), 0);
    QCOMPARE(one->write("x").status, Io::Status::Blocked);
    QByteArray seen;
    read(*other, &seen, 1000);
    QCOMPARE(one->writeRoom(), 1000);
    QCOMPARE(one->write(much).bytes, 1000);
}

void TestMemoryPair::muchGoesBothWaysAtOnce()
{
    Loop loop;
    auto [one, other] = kite::net::streamPair(loop);
    StreamDriver left(std::move(one));
    StreamDriver right(std::move(other));
    right.readBytes = 1'009;
    const auto there = pattern(3'000'001, 1);
    const auto back = pattern(2'000'003, 2);
    left.send(there);
    right.send(back);
    left.finish();
    right.finish();
    QVERIFY(eventually([&] { return left.ended && right.ended; }));
    QVERIFY(right.received == there);
    QVERIFY(left.received == back);
}

void TestMemoryPair::halvesCloseByThemselves()
{
    Loop loop;
    auto [one, other] = kite::net::streamPair(loop);
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

void TestMemoryPair::whatWasWrittenOutlivesTheWriter()
{
    Loop loop;
    auto [one, other] = kite::net::streamPair(loop);
    one->write("last words");
    one.reset();
    StreamDriver right(std::move(other));
    QVERIFY(eventually([&] { return right.ended; }));
    QCOMPARE(right.received, "last words");
}

void TestMemoryPair::writingToOneWhoLeftEnds()
{
    Loop loop;
    auto [one, other] = kite::net::streamPair(loop);
    StreamDriver left(std::move(one));
    left.send(pattern(1'000'000));
    QVERIFY(left.unsentBytes() > 0);
    other.reset();
    QVERIFY(eventually([&] { return left.unwanted && left.ended; }));
    QVERIFY(!left.failed);
}

void TestMemoryPair::isLevelTriggered()
{
    Loop loop;
    auto [one, other] = kite::net::streamPair(loop);
    class Ear final : public StreamUser
    {
    public:
        void streamReady(ByteStream &, Readiness readiness) override
        {
            ++told;
            last = readiness;
        }
        int told = 0;
        Readiness last;
    } ear;
    other->setUser(&ear);
    other->setInterest({.write = true});
    QVERIFY(eventually([&] { return ear.told >= 3; }));
    QCOMPARE(ear.last, (Readiness {.write = true}));
    other->setInterest({});
    one->write("x");
    ear.told = 0;
    QVERIFY(settles());
    QCOMPARE(ear.told, 0);
    other->setInterest({.read = true});
    QVERIFY(eventually([&] { return ear.told >= 3; }));
    QCOMPARE(ear.last, (Readiness {.read = true}));
    QByteArray seen;
    read(*other, &seen);
    ear.told = 0;
    QVERIFY(settles());
    QCOMPARE(ear.told, 0);
}

void TestMemoryPair::bytesPutBackComeFirst()
{
    Loop loop;
    auto [one, other] = kite::net::streamPair(loop);
    one->write("tail");
    other->unread("mid-");
    other->unread("head-");
    QByteArray seen;
    QCOMPARE(read(*other, &seen, 3).bytes, 3);
    while (read(*other, &seen).status == Io::Status::Moved) {}
    QCOMPARE(seen, "head-mid-tail");
}

void TestMemoryPair::bytesPutBackWakeTheReader()
{
    Loop loop;
    auto [one, other] = kite::net::streamPair(loop);
    other->unread("head");
    StreamDriver right(std::move(other));
    right.readBytes = 1; // each step needs another wake
    QVERIFY(eventually([&] { return right.received == "head"; }));
    QVERIFY(settles());
    right.stream->unread("more");
    QVERIFY(eventually([&] { return right.received == "headmore"; }));
    QVERIFY(!right.ended);
}

void TestMemoryPair::aUserMayDestroyItFromInside()
{
    Loop loop;
    auto [one, other] = kite::net::streamPair(loop);
    Destroyer destroyer(std::move(other));
    destroyer.alsoDestroyed = &one;
    destroyer.stream->unread("x");
    destroyer.stream->setInterest({.read = true, .write = true});
    QVERIFY(eventually([&] { return destroyer.told > 0; }));
    QVERIFY(settles());
    QCOMPARE(destroyer.told, 1);
    QVERIFY(!one);
}

void TestMemoryPair::nobodyIsToldFromInsideAWrite()
{
    Loop loop;
    auto [one, other] = kite::net::streamPair(loop);
    StreamDriver right(std::move(other));
    one->write("x");
    QVERIFY(right.received.isEmpty());
    QVERIFY(eventually([&] { return right.received == "x"; }));
}

QTEST_GUILESS_MAIN(TestMemoryPair)
#include "tst_memorypair.moc"
