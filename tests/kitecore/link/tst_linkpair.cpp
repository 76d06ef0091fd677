#include <atomic>
#include <random>

#include <QTest>
#include <QThread>

#include "tests/support/linkends.h"

using namespace kite;
using namespace kite::link;
using namespace kite::test;

namespace {

constexpr qsizetype mib = 1024 * 1024;

wire::Features features(bool wide, bool compression = false)
{
    wire::Features made;
    made.addKites = true;
    made.wideWindow = wide;
    made.compression = compression;
    return made;
}

/// Writes a pattern in pieces of random sizes, as fast as the stream takes them.
class RandomWriter final : public net::StreamUser
{
public:
    RandomWriter(net::ByteStream &stream, const QByteArray &bytes, quint32 seed)
        : m_stream(stream)
        , m_bytes(bytes)
        , m_random(seed)
    {
        stream.setUser(this);
        stream.setInterest({true, true});
    }

    QByteArray received;
    bool ended = false;

private:
    void streamReady(net::ByteStream &, net::Readiness readiness) override
    {
        if (readiness.write)
            write();
        if (readiness.read)
            read();
        m_stream.setInterest({!ended, m_at < m_bytes.size()});
    }

    void write()
    {
        // Mostly small, sometimes bulk, in one or two parts.
        const std::array<qsizetype, 6> most {10, 300, 4'000, 20'000, 100'000, 300'000};
        const qsizetype wanted = 1 + qsizetype(m_random()) % most[m_random() % most.size()];
        const QByteArrayView piece
            = QByteArrayView(m_bytes).sliced(m_at, std::min(wanted, m_bytes.size() - m_at));
        const std::array parts {piece.first(piece.size() / 3), piece.sliced(piece.size() / 3)};
        m_at += m_stream.write(parts).bytes;
        if (m_at == m_bytes.size())
            m_stream.shutdownWrite();
    }

    void read()
    {
        std::array<char, 10'000> buffer {};
        const auto io = m_stream.read(buffer);
        if (io.status == net::Io::Status::Moved)
            received.append(buffer.data(), io.bytes);
        ended |= io.status == net::Io::Status::Ended;
    }

    /// Takes part of what arrives, sometimes nothing.
    qsizetype dataArrived(net::ByteStream &, QByteArrayView data) override
    {
        const qsizetype taken = qsizetype(m_random()) % (data.size() + 1);
        received.append(data.first(taken));
        return taken;
    }

    net::ByteStream &m_stream;
    const QByteArray &m_bytes;
    qsizetype m_at = 0;
    std::mt19937 m_random;
};

} // namespace

class TestLinkPair : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void moves_data()
    {
        QTest::addColumn<bool>("sockets");
        QTest::addColumn<bool>("wide");
        QTest::addColumn<bool>("compression");
        // 64 MiB over sockets, 16 through memory.
        QTest::newRow("memory, wide") << false << true << false;
        QTest::newRow("memory, PageKite") << false << false << false;
        QTest::newRow("sockets, wide") << true << true << false;
        QTest::newRow("sockets, PageKite") << true << false << false;
        QTest::newRow("sockets, PageKite, compression") << true << false << true;
    }

    void moves()
    {
        QFETCH(bool, sockets);
        QFETCH(bool, wide);
        QFETCH(bool, compression);
        net::Loop loop;
        LinkEnds ends(loop, sockets ? socketStreams(loop) : net::streamPair(loop),
                      features(wide, compression));
        const qsizetype bytes = (sockets ? 64 : 16) * mib;
        const QByteArray up = pattern(bytes, 1);
        const QByteArray down
            = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + pattern(bytes, 2);

        const auto stream = ends.open();
        RandomWriter near(*stream.near.stream, up, 3);
        RandomWriter far(*stream.far.stream, down, 4);
        QVERIFY(eventually([&] { return near.ended && far.ended; }));
        QVERIFY(near.received == down);
        QVERIFY(far.received == up);
        QVERIFY(!ends.relay.isOver() && !ends.connector.isOver());
    }

    void manyStreams()
    {
        net::Loop loop;
        LinkEnds ends(loop, socketStreams(loop), features(true));
        constexpr int count = 200;
        const QByteArray bytes = pattern(100'000);
        for (int i = 0; i < count; ++i) {
            const auto stream = ends.open();
            stream.near.send(bytes);
            stream.near.finish();
            stream.far.send(bytes);
            stream.far.finish();
        }
        const auto allAre = [](const auto &streams, auto condition) {
            return std::all_of(streams.begin(), streams.end(), condition);
        };
        const auto isEnded = [](const auto &stream) { return stream->ended; };
        QVERIFY(eventually([&] {
            return allAre(ends.relay.streams, isEnded) && allAre(ends.connector.streams, isEnded);
        }));
        const auto isWhole = [&](const auto &stream) { return stream->received == bytes; };
        QVERIFY(allAre(ends.relay.streams, isWhole) && allAre(ends.connector.streams, isWhole));
        ends.relay.streams.clear();
        ends.connector.streams.clear();
        QVERIFY(settles());
        QCOMPARE(ends.relay.link->streamCount(), 0);
        QCOMPARE(ends.connector.link->streamCount(), 0);
    }

    /// A link a thread, as a relay with workers has them: they share nothing.
    void threads()
    {
        constexpr int count = 4;
        std::atomic<int> whole = 0;
        std::vector<std::unique_ptr<QThread>> threads;
        for (quint32 i = 0; i < count; ++i) {
            threads.emplace_back(QThread::create([i, &whole] {
                net::Loop loop;
                LinkEnds ends(loop, socketStreams(loop), features(true));
                const QByteArray bytes = pattern(4 * mib, i);
                const auto stream = ends.open();
                stream.near.send(bytes);
                stream.far.send(bytes);
                const auto isWhole
                    = [&] { return stream.near.received == bytes && stream.far.received == bytes; };
                whole += eventually(isWhole) ? 1 : 0;
            }));
            threads.back()->start();
        }
        for (const auto &thread : threads)
            thread->wait();
        QCOMPARE(whole.load(), count);
    }

    void stalledReader_data()
    {
        QTest::addColumn<bool>("wide");
        QTest::addColumn<qint64>("window");
        QTest::newRow("wide") << true << qint64(Link::wideWindow);
        QTest::newRow("PageKite") << false << qint64(Link::pagekiteWindow);
    }

    void stalledReader()
    {
        QFETCH(bool, wide);
        QFETCH(qint64, window);
        net::Loop loop;
        LinkEnds ends(loop, socketStreams(loop), features(wide));
        const auto stalled = ends.open();
        const auto other = ends.open();
        stalled.far.pause();
        stalled.near.send(pattern(8 * mib));
        QVERIFY(settles());
        const qsizetype taken = 8 * mib - stalled.near.unsentBytes();
        QVERIFY(taken <= window);
        QVERIFY(taken >= window - 16 * 1024);

        const QByteArray bytes = pattern(8 * mib, 7);
        other.near.send(bytes);
        other.far.send(bytes);
        QVERIFY(eventually([&] {
            return other.far.received.size() == bytes.size()
                && other.near.received.size() == bytes.size();
        }));
        QCOMPARE(stalled.near.unsentBytes(), 8 * mib - taken);
        QCOMPARE(stalled.far.received, QByteArray());

        stalled.far.resume();
        QVERIFY(eventually([&] { return stalled.far.received.size() == 8 * mib; }));
        QVERIFY(stalled.far.received == pattern(8 * mib));
    }

    void fairShares_data()
    {
        QTest::addColumn<bool>("wide");
        QTest::newRow("wide") << true;
        QTest::newRow("PageKite") << false;
    }

    void fairShares()
    {
        QFETCH(bool, wide);
        net::Loop loop;
        LinkEnds ends(loop, net::streamPair(loop), features(wide));
        constexpr int count = 3;
        for (int i = 0; i < count; ++i)
            ends.open();
        const QByteArray bytes = pattern(32 * mib);
        for (const auto &stream : ends.connector.streams)
            stream->send(bytes);
        const auto total = [&] {
            qsizetype sum = 0;
            for (const auto &stream : ends.relay.streams)
                sum += stream->received.size();
            return sum;
        };
        QVERIFY(eventually([&] { return total() >= 12 * mib; }));
        const double fair = double(total()) / count;
        for (const auto &stream : ends.relay.streams)
            QVERIFY(std::abs(double(stream->received.size()) - fair) < 0.2 * fair);
    }
};

QTEST_GUILESS_MAIN(TestLinkPair)
#include "tst_linkpair.moc"
