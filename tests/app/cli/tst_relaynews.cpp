#include <QTest>

#include "app/cli/relaynews.h"
#include "tests/support/fakeclock.h"

using namespace kite;
using namespace kite::cli;
using namespace std::chrono_literals;

namespace {

const auto r = QStringLiteral("r.test:443");
const auto s = QStringLiteral("s.test:443");

tunnel::RelayWords saying(const char *motd)
{
    tunnel::RelayWords words;
    words.motd = QString::fromLatin1(motd);
    return words;
}

tunnel::RelayWords granting(qint64 kb, qint64 days = 0)
{
    tunnel::RelayWords words;
    words.quota.kb = kb;
    words.quota.days = days;
    return words;
}

} // namespace

class TestRelayNews : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tellsMessagesOnceAndNotTooOften()
    {
        test::FakeClock clock;
        RelayNews news(clock);
        QVERIFY(news.take(r, {}).empty());
        const auto told = news.take(r, saying("hello"));
        QCOMPARE(told.size(), size_t(1));
        QCOMPARE(std::get<RelayMessage>(told[0]).relay, r);
        QCOMPARE(std::get<RelayMessage>(told[0]).text, QStringLiteral("hello"));
        clock.advance(1h);
        QVERIFY(news.take(r, {}).empty()); // a new link
        QVERIFY(news.take(r, saying("hello")).empty());
        QCOMPARE(news.take(s, saying("hello")).size(), size_t(1));
        QCOMPARE(news.take(r, saying("bye")).size(), size_t(1));
        QVERIFY(news.take(r, saying("hello")).empty());
        clock.advance(RelayNews::rest - 1s);
        QVERIFY(news.take(r, saying("hello")).empty());
        clock.advance(1s);
        QCOMPARE(news.take(r, saying("hello")).size(), size_t(1));
        news.remove(r);
        QCOMPARE(news.take(r, saying("hello")).size(), size_t(1));
    }

    void tellsOffers()
    {
        test::FakeClock clock;
        RelayNews news(clock);
        auto words = saying("hello");
        words.upgrade = {QStringLiteral("2"), QStringLiteral("t"), QStringLiteral("http://u/")};
        const auto told = news.take(r, words);
        QCOMPARE(told.size(), size_t(2));
        QVERIFY(std::get<UpgradeOffer>(told[1]).upgrade == words.upgrade);
        clock.advance(1h);
        QVERIFY(news.take(r, words).empty());
        words.upgrade.version = QStringLiteral("3");
        QCOMPARE(news.take(r, words).size(), size_t(1));
    }

    void tellsQuotasAsTheyFall_data()
    {
        QTest::addColumn<QList<qint64>>("kb");   ///< a minute apart
        QTest::addColumn<QList<qint64>>("told"); ///< of these
        using Numbers = QList<qint64>;
        const qint64 gb = qint64 {1024} * 1024;
        QTest::newRow("no quota") << Numbers {0, 0} << Numbers {};
        QTest::newRow("each ping") << Numbers {5 * gb, 5 * gb - 1, 4 * gb} << Numbers {5 * gb};
        QTest::newRow("a mark") << Numbers {gb + 1, gb, gb - 1} << Numbers {gb + 1, gb};
        QTest::newRow("several marks at once")
            << Numbers {gb + 1, 5000, 4000, 1000, 900, 1} << Numbers {gb + 1, 5000, 1000};
        QTest::newRow("little from the start") << Numbers {512, 500, 400} << Numbers {512};
        QTest::newRow("a new month") << Numbers {900, 5 * gb, 4 * gb, 100} << Numbers {900, 100};
        QTest::newRow("a new link") << Numbers {900, 0, 880} << Numbers {900};
    }
    void tellsQuotasAsTheyFall()
    {
        QFETCH(const QList<qint64>, kb);
        test::FakeClock clock;
        RelayNews news(clock);
        QList<qint64> told;
        for (const qint64 left : kb) {
            for (const auto &event : news.take(r, granting(left)))
                told << std::get<QuotaLeft>(event).quota.kb;
            QCOMPARE(news.quota(r).kb, left);
            clock.advance(1min);
        }
        QTEST(told, "told");
    }

    void daysRunOutAsWell()
    {
        test::FakeClock clock;
        RelayNews news(clock);
        QList<qint64> told;
        for (qint64 days = 30; days > 0; --days) {
            for (const auto &event : news.take(r, granting(0, days)))
                told << std::get<QuotaLeft>(event).quota.days;
            clock.advance(24h);
        }
        QCOMPARE(told, (QList<qint64> {30, 7, 1}));
    }

    void nobodyFillsTheScreen()
    {
        test::FakeClock clock;
        RelayNews news(clock);
        size_t lines = 0;
        for (int i = 0; i < 600; ++i) { // a minute
            lines += news.take(r, granting(i % 2 == 0 ? 1 : 100'000'000)).size();
            clock.advance(100ms);
        }
        QCOMPARE(lines, size_t(1));
        QCOMPARE(news.take(r, granting(1)).size(), size_t(1)); // kept back, not lost
    }
};

QTEST_APPLESS_MAIN(TestRelayNews)
#include "tst_relaynews.moc"
