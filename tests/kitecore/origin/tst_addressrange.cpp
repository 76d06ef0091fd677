#include <QTest>

#include "kitecore/origin/addressrange.h"

using kite::origin::AddressRange;

class TestAddressRange : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void contains_data()
    {
        QTest::addColumn<QString>("range");
        QTest::addColumn<QString>("address");
        QTest::addColumn<bool>("inside");
        const auto row = [](const char *range, const char *address, bool inside) {
            QTest::addRow("%s %s", range, address)
                << QString::fromLatin1(range) << QString::fromLatin1(address) << inside;
        };
        row("192.0.2.7", "192.0.2.7", true);
        row("192.0.2.7", "192.0.2.70", false);
        row("192.0.2.7", "::ffff:192.0.2.7", true);
        row("192.0.2.7", "", false);
        row("192.0.2.7", "nobody", false);
        row("192.0.2", "192.0.2.255", true);
        row("192.0.2", "192.0.3.0", false);
        row("192.0.2", "::ffff:192.0.2.1", true);
        row("10.0.0.0/8", "10.200.3.4", true);
        row("10.0.0.0/8", "11.0.0.0", false);
        row("10.1.2.3/8", "10.200.3.4", true);
        row("0.0.0.0/0", "198.51.100.1", true);
        row("0.0.0.0/0", "2001:db8::1", false);
        row("::ffff:192.0.2.0/120", "192.0.2.9", true);
        row("::ffff:192.0.2.0/120", "::ffff:192.0.2.9", true);
        row("::ffff:192.0.2.0/120", "192.0.3.9", false);
        row("::ffff:192.0.2.7", "192.0.2.7", true);
        row("2001:db8::1", "2001:0DB8:0::1", true);
        row("2001:db8::1", "2001:db8::2", false);
        row("2001:db8::/32", "2001:db8:ffff::9", true);
        row("2001:db8::/32", "2001:db9::", false);
        row("::/0", "192.0.2.7", false);
        row("::/2", "::", true);
    }

    void contains()
    {
        QFETCH(QString, range);
        QFETCH(QString, address);
        QFETCH(bool, inside);
        const auto parsed = AddressRange::parse(range);
        QVERIFY(parsed);
        QCOMPARE(parsed->contains(QHostAddress(address)), inside);
        const auto again = AddressRange::parse(parsed->toString());
        QVERIFY(again);
        QCOMPARE(again->contains(QHostAddress(address)), inside);
    }

    void refuses_data()
    {
        QTest::addColumn<QString>("text");
        for (const char *text :
             {"", "1", "10.1", "a.b.c.d", "192.0.2.256", "192.0.2.7/33", "192.0.2.7/",
              "192.0.2.7/-1", "192.0.2.7/+8", "192.0.2.7/x", "192.0.2/8", "2001:db8::/129",
              "fe80::1%eth0", "kite.test", "192.0.2.7 ", "::ffff:4.0.2.0/2", "::ffff:192.0.2.7/95"})
            QTest::addRow("<%s>", text) << QString::fromLatin1(text);
    }
    void refuses()
    {
        QFETCH(QString, text);
        QVERIFY(!AddressRange::parse(text));
    }
};

QTEST_APPLESS_MAIN(TestAddressRange)
#include "tst_addressrange.moc"
