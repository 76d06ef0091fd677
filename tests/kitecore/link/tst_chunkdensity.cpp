#include <deque>

#include <QTest>

#include "kitecore/link/chunkdensity.h"

using namespace kite;
using namespace kite::link;
using namespace std::chrono_literals;

namespace {

/// Most chunks that end within one read of the peer, wherever it begins; what is older than
/// `readWithin` has been read.
class Reader
{
public:
    void chunk(qsizetype bytes, Clock::Steady now)
    {
        m_total += bytes;
        m_ends.push_back({m_total, now});
        while (m_total - m_ends.front().first > ChunkDensity::readBytes
               || now - m_ends.front().second > ChunkDensity::readWithin)
            m_ends.pop_front();
        most = std::max(most, m_ends.size());
    }
    size_t most = 0;

private:
    qsizetype m_total = 0;
    std::deque<std::pair<qsizetype, Clock::Steady>> m_ends;
};

} // namespace

class TestChunkDensity : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keeps_data()
    {
        QTest::addColumn<qint64>("bytes"); // of a chunk
        QTest::addColumn<int>("interval"); // milliseconds
        QTest::addColumn<bool>("pads");
        QTest::newRow("tiny, at once") << qint64(20) << 0 << true;
        QTest::newRow("tiny, 100 a second") << qint64(20) << 10 << true;
        QTest::newRow("tiny, 20 a second") << qint64(20) << 50 << false;
        QTest::newRow("small, at once") << qint64(300) << 0 << true;
        QTest::newRow("packets, at once") << qint64(1'400) << 0 << false;
        QTest::newRow("large, at once") << qint64(16'000) << 0 << false;
    }

    void keeps()
    {
        QFETCH(qint64, bytes);
        QFETCH(int, interval);
        QFETCH(bool, pads);
        ChunkDensity density;
        Reader reader;
        Clock::Steady now {};
        qsizetype padding = 0;
        for (int i = 0; i < 5'000; ++i) {
            if (const qsizetype needed = density.paddingNeeded(now); needed > 0) {
                padding += needed;
                density.sent(needed, now);
                reader.chunk(needed, now);
            }
            density.sent(bytes, now);
            reader.chunk(bytes, now);
            now += std::chrono::milliseconds(interval);
        }
        QVERIFY(reader.most <= 150);
        QCOMPARE(padding > 0, pads);
    }
};

QTEST_APPLESS_MAIN(TestChunkDensity)
#include "tst_chunkdensity.moc"
