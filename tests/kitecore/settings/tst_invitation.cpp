#include <QTest>

#include "kitecore/settings/invitation.h"

using kite::settings::Invitation;
using kite::settings::InvitationFault;

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
        const auto again = Invitation::parse(read->toString());
        QVERIFY(again && *again == expected);
    }

    void writes()
    {
        const Invitation made {{QStringLiteral("2001:db8::1"), 443}, "a.test", "s3cret", {}};
        QCOMPARE(made.toString(), QStringLiteral("kite://[2001:db8::1]:443/a.test#s3cret"));
    }

    void refuses_data()
    {
        using Fault = InvitationFault;
        QTest::addColumn<QString>("text");
        QTest::addColumn<InvitationFault>("fault");
        const auto row = [](const char *name, InvitationFault fault, const QString &text) {
            QTest::newRow(name) << text << fault;
        };
        row("another scheme", Fault::NotALink, QStringLiteral("https://relay.test/a.test#s3cret"));
        row("words around", Fault::NotALink,
            QStringLiteral("Here: kite://relay.test/a.test#s3cret"));
        row("no secret", Fault::NoSecret, QStringLiteral("kite://relay.test/a.test"));
        row("nothing behind #", Fault::NoSecret, QStringLiteral("kite://relay.test/a.test#"));
        row("odd secret", Fault::BadSecret, QStringLiteral("kite://relay.test/a.test#s3:cret"));
        row("line end", Fault::BadSecret, QStringLiteral("kite://relay.test/a.test#s3cret\nx"));
        row("no name", Fault::BadName, QStringLiteral("kite://relay.test#s3cret"));
        row("odd name", Fault::BadName, QStringLiteral("kite://relay.test/<b>#s3cret"));
        row("no relay", Fault::BadRelay, QStringLiteral("kite:///a.test#s3cret"));
        row("odd port", Fault::BadRelay, QStringLiteral("kite://relay.test:99999/a.test#s3cret"));
        row("user", Fault::BadRelay, QStringLiteral("kite://me@relay.test :1/a.test#s3cret"));
        row("short pin", Fault::BadPin, QStringLiteral("kite://relay.test/a.test?pin=abc#s3cret"));
        row("too long", Fault::TooLong,
            QStringLiteral("kite://relay.test/a.test#") + QString(2000, u'x'));
        row("long secret", Fault::BadSecret,
            QStringLiteral("kite://relay.test/a.test#") + QString(257, u'x'));
        row("nothing", Fault::NotALink, {});
    }
    void refuses()
    {
        QFETCH(const QString, text);
        QFETCH(const InvitationFault, fault);
        const auto read = Invitation::parse(text);
        QVERIFY(!read);
        QCOMPARE(read.error(), fault);
    }
};

QTEST_APPLESS_MAIN(TestInvitation)
#include "tst_invitation.moc"
