#include <fcntl.h>
#include <unistd.h>

#include <QTest>

#include "kitecore/share/sharetarget.h"
#include "tests/support/httpvisitor.h"
#include "tests/support/sharedfolder.h"

using namespace kite;
using kite::test::HttpVisitor;
using Way = HttpVisitor::Way;

namespace {

constexpr qint64 size = 3LL << 30;
/// Buffers of the connection and the system, and what a sanitizer keeps.
constexpr qint64 allowedGrowth = 24 << 20;

qint64 residentBytes()
{
    QFile file(QStringLiteral("/proc/self/statm"));
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    return file.readAll().split(' ').at(1).toLongLong() * ::sysconf(_SC_PAGESIZE);
}

/// Takes an answer of any length and keeps nothing of it but its head and its last bytes.
class Swallower final : public net::StreamUser
{
public:
    explicit Swallower(std::unique_ptr<net::ByteStream> driven) : stream(std::move(driven))
    {
        stream->setUser(this);
        stream->setInterest({.read = true});
    }

    std::unique_ptr<net::ByteStream> stream;
    QByteArray head;
    QByteArray tail; ///< the last 16 bytes
    qint64 bodyBytes = 0;
    qint64 mostResident = 0;
    bool ended = false;

private:
    void streamReady(net::ByteStream &, net::Readiness) override
    {
        const auto io = stream->read(m_buffer);
        if (io.status != net::Io::Status::Moved) {
            ended = io.status != net::Io::Status::Blocked;
            stream->setInterest({.read = !ended});
            return;
        }
        QByteArrayView bytes(m_buffer.data(), io.bytes);
        if (!head.endsWith("\r\n\r\n")) {
            const auto end = (head + bytes.toByteArray()).indexOf("\r\n\r\n");
            const auto taken = end < 0 ? bytes.size() : end + 4 - head.size();
            head += bytes.first(taken);
            bytes = bytes.sliced(taken);
        }
        bodyBytes += bytes.size();
        tail = (tail + bytes.last(std::min<qsizetype>(bytes.size(), 16)).toByteArray()).right(16);
        if (++m_reads % 256 == 0)
            mostResident = std::max(mostResident, residentBytes());
    }

    std::array<char, 65'536> m_buffer {};
    int m_reads = 0;
};

} // namespace

class TestBigFiles : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        // Sparse: takes no room on the disk.
        const int file = ::open(m_site.file("big").constData(), O_CREAT | O_WRONLY, 0644);
        QCOMPARE(::ftruncate(file, size), 0);
        QCOMPARE(::pwrite(file, "begin", 5, 0), 5);
        QCOMPARE(::pwrite(file, "middle", 6, (2LL << 30) - 3), 6); // across 2 GiB
        QCOMPARE(::pwrite(file, "the very end", 12, size - 12), 12);
        ::close(file);
    }

    void sendsWithoutMemory_data()
    {
        QTest::addColumn<Way>("way");
        QTest::addColumn<QByteArray>("range");
        QTest::addColumn<qint64>("bytes");

        QTest::newRow("all, socket") << Way::Socket << QByteArray() << size;
        QTest::newRow("the last GiB, socket")
            << Way::Socket << QByteArray("Range: bytes=2147483648-\r\n") << (1LL << 30);
        QTest::newRow("the last GiB, memory")
            << Way::Memory << QByteArray("Range: bytes=2147483648-\r\n") << (1LL << 30);
    }

    void sendsWithoutMemory()
    {
        QFETCH(Way, way);
        QFETCH(QByteArray, range);
        QFETCH(qint64, bytes);

        net::Loop loop;
        const auto target = *share::ShareTarget::open({m_site.path()}, {}, {});
        auto ends = way == Way::Socket ? test::socketStreams(loop) : net::streamPair(loop);
        const auto before = residentBytes();
        Swallower visitor(std::move(ends.first));
        target->visit(loop, std::move(ends.second), {});
        const QByteArray request
            = "GET /big HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + range + "\r\n";
        visitor.stream->write(request);
        while (!visitor.ended && loopGoesOn(visitor)) {}
        QVERIFY(visitor.head.contains("\r\nContent-Length: " + QByteArray::number(bytes) + "\r\n"));
        QCOMPARE(visitor.bodyBytes, bytes);
        QVERIFY(visitor.tail.endsWith("the very end"));
        QVERIFY(visitor.mostResident > 0);
        QVERIFY2(visitor.mostResident - before < allowedGrowth,
                 QByteArray::number(visitor.mostResident - before).constData());
    }

    void sendsRangesBeyond2GiB()
    {
        net::Loop loop;
        const auto target = *share::ShareTarget::open({m_site.path()}, {}, {});
        for (const Way way : {Way::Memory, Way::Socket}) {
            HttpVisitor visitor(loop, *target, way);
            QCOMPARE(visitor.get("/big", "Range: bytes=2147483645-2147483650\r\n").body, "middle");
            QCOMPARE(visitor.get("/big", "Range: bytes=-12\r\n").body, "the very end");
            const auto tail = visitor.get("/big", "Range: bytes=3220000000-\r\n");
            QCOMPARE(tail.header("Content-Range"), "bytes 3220000000-3221225471/3221225472");
            QCOMPARE(tail.body.size(), 1'225'472);
            QVERIFY(tail.body.endsWith("the very end"));
            const auto parts = visitor.get("/big", "Range: bytes=0-4,3221225460-\r\n").body;
            QVERIFY(parts.contains("\r\n\r\nbegin\r\n")
                    && parts.contains("\r\n\r\nthe very end\r\n"));
        }
    }

    /// Requests without end, none of which ends where a read ends.
    void readsWithoutMemory()
    {
        net::Loop loop;
        const auto target = *share::ShareTarget::open({m_site.path()}, {}, {});
        const QByteArray request
            = "OPTIONS * HTTP/1.1\r\nHost: a\r\nCookie: " + QByteArray(60'000, 'x') + "\r\n\r\n";
        const auto conversation = request.repeated(700);
        HttpVisitor visitor(loop, *target, Way::Socket);
        qint64 mostResident = 0;
        visitor.driver.send(conversation);
        const auto before = residentBytes();
        QVERIFY(test::eventually([&] {
            mostResident = std::max(mostResident, residentBytes());
            return visitor.driver.received.count("HTTP/1.1 204 ") == 700;
        }));
        QVERIFY2(mostResident - before < allowedGrowth,
                 QByteArray::number(mostResident - before).constData());
    }

private:
    /// Runs the loop while more comes.
    static bool loopGoesOn(const Swallower &visitor)
    {
        const auto before = visitor.bodyBytes;
        return test::eventually([&] { return visitor.ended || visitor.bodyBytes != before; });
    }

    test::SharedFolder m_site;
};

QTEST_GUILESS_MAIN(TestBigFiles)
#include "tst_bigfiles.moc"
