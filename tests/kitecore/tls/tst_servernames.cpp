#include <QFile>
#include <QTest>

#include "kitecore/tls/servernames.h"
#include "tests/support/testca.h"

using namespace kite;
using kite::tls::ServerName;
using kite::tls::ServerNames;

class TestServerNames : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void finds()
    {
        test::TestCa ca;
        const auto one = ca.issue("DNS:relay.test");
        const auto wild = ca.issue("DNS:*.relay.test");
        const auto names = ServerNames::load(
            {{"Relay.test", one}, {"*.relay.test", wild}, {"also.test", one}, {"also.test", wild}});
        QVERIFY(names);

        const auto exact = names->find("relay.test");
        const auto any = names->find("a.relay.test");
        QVERIFY(exact && any);
        QVERIFY(exact != any);
        QCOMPARE(names->find("RELAY.TEST"), exact);
        QCOMPARE(names->find("b.Relay.Test"), any);
        QCOMPARE(names->find("also.test"), any); // one file, one context; the later entry counts
        QVERIFY(!names->find("a.b.relay.test"));
        QVERIFY(!names->find("relay.test.evil"));
        QVERIFY(!names->find(".relay.test"));
        QVERIFY(!names->find("test"));
        QVERIFY(!names->find(""));
        QVERIFY(!names->isEmpty());
    }

    void noNamesFindNothing()
    {
        const auto names = ServerNames::load({});
        QVERIFY(names);
        QVERIFY(names->isEmpty());
        QVERIFY(!names->find("relay.test"));
    }

    void tellsWhichFileIsBad()
    {
        const auto names = ServerNames::load({{"a.test", QStringLiteral("/no/such/file.pem")}});
        QVERIFY(!names);
        QCOMPARE(names.error().error, tls::ContextError::NoCertificate);
        QVERIFY(names.error().detail.contains(QStringLiteral("/no/such/file.pem")));
    }

    void keepsWhatAFileHeldBefore()
    {
        test::TestCa ca;
        const auto one = ca.issue("DNS:a.test");
        const auto other = ca.issue("DNS:b.test");
        const auto before = *ServerNames::load({{"a.test", one}, {"b.test", other}});
        QVERIFY(before.keptFor().isEmpty());
        QVERIFY(QFile::remove(one));
        const auto now
            = ServerNames::load({{"a.test", one}, {"also.test", one}, {"b.test", other}}, before);
        QVERIFY(now);
        QCOMPARE(now->find("a.test"), before.find("a.test"));
        QCOMPARE(now->find("also.test"), before.find("a.test"));
        QVERIFY(now->find("b.test") != before.find("b.test")); // was read again
        QCOMPARE(now->keptFor().size(), 1);
        QVERIFY(now->keptFor().first().detail.startsWith(one));
        QVERIFY(ServerNames::load({{"a.test", one}}, *now)); // and again
        QVERIFY(!ServerNames::load({{"a.test", one}}));
    }
};

QTEST_APPLESS_MAIN(TestServerNames)
#include "tst_servernames.moc"
