#include <QTest>

#include "kitecore/settings/invitation.h"

using kite::settings::Invitation;

class TestInvitation : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void reads_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<Invitation>("expected");
        const QByteArray digest(64, 'a');
        QTest::newRow("pinned") << QStringLiteral("kite://relay.test:8443/a.test?pin=%1#s3cret-._~")
                                       .arg(QString::fromLatin1(digest))
                                << Invitation {{QStringLiteral("relay.test"), 8443},
                                               "a.test",
                                               "s3cret-._~",
                                               digest};
        QTest::newRow("by certificate, usual port")
            << QStringLiteral("kite://relay.test/*.a.test#s3cret")
            << Invitation {{QStringLiteral("relay.test"), 443}, "*.a.test", "s3cret", {}};
        QTest::newRow("IPv6, upper case, blanks, unknown words")
            << QStringLiteral(" KITE://[2001:DB8::1]:1/A.test?later=1&pin=%1#s3cret\n")
                   .arg(QString::fromLatin1(digest.toUpper()))
            << Invitation {{QStringLiteral("2001:db8::1"), 1}, "a.test", "s3cret", digest};
    }
    void reads()
    {
        QFETCH(const QString, text);
        QFETCH(const Invitation, expected);
        const auto read = Invitation::parse(text);
        QVERIFY(read);
        QVERIFY(*read == expected);
        QVERIFY(Invitation::parse(read->toString()) == expected);
    }

    void writes()
    {
        const Invitation made {{QStringLiteral("2001:db8::1"), 443}, "a.test", "s3cret", {}};
        QCOMPARE(made.toString(), QStringLiteral("kite://[2001:db8::1]:443/a.test#s3cret"));
    }

    void refuses_data()
    {
        QTest::addColumn<QString>("text");
        const auto row = [](const char *name, const QString &text) { QTest::newRow(name) << text; };
        row("another scheme", QStringLiteral("https://relay.test/a.test#s3cret"));
        row("no secret", QStringLiteral("kite://relay.test/a.test"));
        row("odd secret", QStringLiteral("kite://relay.test/a.test#s3:cret"));
        row("line end", QStringLiteral("kite://relay.test/a.test#s3cret\nx"));
        row("no name", QStringLiteral("kite://relay.test#s3cret"));
        row("odd name", QStringLiteral("kite://relay.test/<b>#s3cret"));
        row("no relay", QStringLiteral("kite:///a.test#s3cret"));
        row("odd port", QStringLiteral("kite://relay.test:99999/a.test#s3cret"));
        row("user", QStringLiteral("kite://me@relay.test :1/a.test#s3cret"));
        row("short pin", QStringLiteral("kite://relay.test/a.test?pin=abc#s3cret"));
        row("too long", QStringLiteral("kite://relay.test/a.test#") + QString(2000, u'x'));
        row("long secret", QStringLiteral("kite://relay.test/a.test#") + QString(257, u'x'));
        row("nothing", {});
    }
    void refuses()
    {
        QFETCH(const QString, text);
        QVERIFY(!Invitation::parse(text));
    }
};

QTEST_APPLESS_MAIN(TestInvitation)
#include "tst_invitation.moc"
