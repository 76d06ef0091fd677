#include <QTest>

#include "kitecore/link/link.h"
#include "kitecore/link/window.h"

using namespace kite::link;

Q_DECLARE_METATYPE(kite::link::Dialect)

namespace {
constexpr qint64 kib = 1024;
}

class TestWindow : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void room_data()
    {
        QTest::addColumn<Dialect>("dialect");
        QTest::addColumn<QList<qint64>>("moves"); // positive: sent; negative: -(SKB + 1)
        QTest::addColumn<qint64>("room");

        const auto skb = [](qint64 n) { return -(n + 1); };
        const auto pk = Dialect::PageKite;
        const auto wide = Dialect::Wide;
        QTest::newRow("PageKite, nothing sent") << pk << QList<qint64> {} << 128 * kib;
        QTest::newRow("PageKite, first window used up")
            << pk << QList<qint64> {128 * kib} << qint64(0);
        QTest::newRow("PageKite, the first SKB opens it")
            << pk << QList<qint64> {128 * kib, skb(0)} << 128 * kib;
        QTest::newRow("PageKite, acknowledged")
            << pk << QList<qint64> {200 * kib, skb(150)} << 206 * kib;
        QTest::newRow("SKB is cumulative, older ones do not count")
            << pk << QList<qint64> {200 * kib, skb(150), skb(10)} << 206 * kib;
        QTest::newRow("SKB counts whole KiB")
            << pk << QList<qint64> {1500, skb(1)} << 256 * kib - 476;
        QTest::newRow("more than was sent") << pk << QList<qint64> {1500, skb(99)} << 256 * kib;
        QTest::newRow("more than a number holds")
            << pk << QList<qint64> {1500, std::numeric_limits<qint64>::min()} << 256 * kib;
        QTest::newRow("overdrawn") << pk << QList<qint64> {300 * kib} << qint64(0);
        QTest::newRow("wide, nothing sent") << wide << QList<qint64> {} << 1024 * kib;
        QTest::newRow("wide, used up") << wide << QList<qint64> {1024 * kib} << qint64(0);
        QTest::newRow("wide, acknowledged")
            << wide << QList<qint64> {1024 * kib, skb(128)} << 128 * kib;
    }

    void room()
    {
        QFETCH(Dialect, dialect);
        QFETCH(QList<qint64>, moves);
        QFETCH(qint64, room);
        SendWindow window(dialect);
        for (const qint64 move : moves) {
            if (move >= 0)
                window.sent(move);
            else
                window.acknowledged(quint64(-(move + 1)));
        }
        QCOMPARE(qint64(window.room()), room);
    }

    void progress_data()
    {
        QTest::addColumn<Dialect>("dialect");
        QTest::addColumn<QList<qint64>>("moves"); // positive: taken; 0: data arrived; -1: reported
        QTest::addColumn<bool>("due");
        QTest::addColumn<qint64>("kib");

        const auto pk = Dialect::PageKite;
        const auto wide = Dialect::Wide;
        QTest::newRow("PageKite, nothing") << pk << QList<qint64> {} << false << qint64(0);
        QTest::newRow("PageKite, first data, none taken yet")
            << pk << QList<qint64> {0} << true << qint64(0);
        QTest::newRow("PageKite, first reported, none taken since")
            << pk << QList<qint64> {0, -1} << false << qint64(0);
        QTest::newRow("PageKite, less than a KiB since")
            << pk << QList<qint64> {0, 1023, -1, 1000} << true << qint64(1);
        QTest::newRow("PageKite, no whole KiB more")
            << pk << QList<qint64> {0, 1024, -1, 1023} << false << qint64(1);
        QTest::newRow("PageKite, a KiB") << pk << QList<qint64> {0, -1, 1024} << true << qint64(1);
        QTest::newRow("wide, first data") << wide << QList<qint64> {0} << false << qint64(0);
        QTest::newRow("wide, a byte short")
            << wide << QList<qint64> {0, 128 * kib - 1} << false << qint64(127);
        QTest::newRow("wide, enough")
            << wide << QList<qint64> {0, 128 * kib} << true << qint64(128);
        QTest::newRow("wide, again")
            << wide << QList<qint64> {0, 130 * kib, -1, 127 * kib} << false << qint64(257);
    }

    void progress()
    {
        QFETCH(Dialect, dialect);
        QFETCH(QList<qint64>, moves);
        QFETCH(bool, due);
        QFETCH(qint64, kib);
        Progress progress(dialect);
        for (const qint64 move : moves) {
            if (move > 0)
                progress.taken(move);
            else if (move == 0)
                progress.arrived();
            else
                progress.report();
        }
        QCOMPARE(progress.isDue(), due);
        QCOMPARE(qint64(progress.report()), kib);
    }
};

QTEST_APPLESS_MAIN(TestWindow)
#include "tst_window.moc"
