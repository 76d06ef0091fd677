#include <QTest>

#include <sys/socket.h>

#include "kitecore/link/sendqueue.h"
#include "kitecore/net/pipe.h"
#include "kitecore/net/streams.h"
#include "tests/support/loopback.h"

using namespace kite;
using kite::test::pattern;

namespace {

/// A queue before a socket that takes little at a time, and a pipe to be filled from another one.
class World
{
public:
    World()
    {
        const int few = 8 * 1024;
        ::setsockopt(int(lower->plainSocket()), SOL_SOCKET, SO_SNDBUF, &few, sizeof few);
        ::setsockopt(int(wire.connected.handle()), SOL_SOCKET, SO_RCVBUF, &few, sizeof few);
    }

    /// @return whether the pipe holds exactly these now.
    bool fill(const QByteArray &data)
    {
        const auto sent
            = net::calls::send(source.connected.handle(), std::array {QByteArrayView(data)});
        return sent.bytes == data.size() && test::eventually([&] {
                   return pipe.fill(source.accepted.handle(), data.size()).bytes == data.size();
               });
    }

    /// What has arrived by now.
    void read()
    {
        std::array<char, 100'000> buffer {};
        for (;;) {
            const auto io = net::calls::receive(wire.connected.handle(), buffer);
            if (io.status != net::Io::Status::Moved)
                return;
            arrived.append(buffer.data(), io.bytes);
        }
    }

    bool emptied()
    {
        return test::eventually([&] {
            read();
            queue.unblock();
            queue.flush();
            read();
            return queue.size() == 0;
        });
    }

    net::Loop loop;
    net::Pipe pipe {loop};
    test::SocketPair source = test::socketPair();
    test::SocketPair wire = test::socketPair();
    std::unique_ptr<net::ByteStream> lower
        = net::descriptorStream(loop, std::move(wire.accepted), {});
    link::SendQueue queue {*lower};
    QByteArray arrived;
};

} // namespace

class TestSendQueue : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sendsWhatIsInAPipeBehindItsHead()
    {
        World world;
        QVERIFY(world.pipe.isOpen());
        world.queue.append("before ");
        QVERIFY(world.fill("data"));
        world.queue.sendFrom("head ", world.pipe);
        QCOMPARE(world.pipe.size(), 0);
        QCOMPARE(world.queue.size(), 0);
        QVERIFY(world.queue.takeMoved());
        QVERIFY(test::eventually([&] {
            world.read();
            return world.arrived == "before head data";
        }));
    }

    /// Wherever the socket takes no more: in a head, between head and data, in the data.
    void keepsWhatDoesNotGo()
    {
        World world;
        QByteArray expected;
        quint32 seed = 0;
        constexpr std::array sizes {1, 3'000, 50'000};
        for (int turn = 0; turn < 6; ++turn) {
            for (size_t n = 0; !world.queue.isBlocked() || n % sizes.size() != 0; ++n) {
                const auto head = pattern(1 + turn * 997, ++seed);
                const auto data = pattern(sizes[n % sizes.size()], ++seed);
                QVERIFY(world.fill(data));
                world.queue.sendFrom(head, world.pipe);
                QCOMPARE(world.pipe.size(), 0);
                expected += head + data;
            }
            QVERIFY(world.emptied());
        }
        QVERIFY(test::eventually([&] {
            world.read();
            return world.arrived.size() >= expected.size();
        }));
        QVERIFY(world.arrived == expected);
        QVERIFY(!world.queue.isBroken());
    }

    void tellsWhenNobodyIsThere()
    {
        World world;
        test::resetOnClose(world.wire.connected.handle());
        world.wire.connected.reset();
        for (int turn = 0; turn < 3 && !world.queue.isBroken(); ++turn) {
            QVERIFY(world.fill("data"));
            world.queue.sendFrom("head", world.pipe);
            world.queue.unblock();
            world.queue.flush();
        }
        QVERIFY(world.queue.isBroken());
        QCOMPARE(world.pipe.size(), 0);
    }
};

QTEST_GUILESS_MAIN(TestSendQueue)
#include "tst_sendqueue.moc"
