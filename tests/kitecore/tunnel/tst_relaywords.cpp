#include <QTest>

#include "kitecore/tunnel/relaywords.h"

using namespace kite;
using namespace kite::tunnel;

class TestRelayWords : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void messages_data()
    {
        QTest::addColumn<QByteArray>("said");
        QTest::addColumn<QString>("shown");
        QTest::newRow("none") << QByteArray() << QString();
        QTest::newRow("one line") << QByteArray("Hello & welcome\n")
                                  << QStringLiteral("Hello & welcome");
        QTest::newRow("lines") << QByteArray("\n one\r\n\n\ttwo \n") << QStringLiteral("one\ntwo");
        QTest::newRow("a terminal's commands")
            << QByteArray("\x1b[2J\xc2\x9bm\x7f") << QStringLiteral("?[2J?m?");
        QTest::newRow("turned around")
            << QByteArray("\xe2\x80\xaegpj.exe") << QStringLiteral("?gpj.exe");
        QTest::newRow("no UTF-8") << QByteArray("a\xff"
                                                "b")
                                  << QStringLiteral("a\ufffdb");
        QTest::newRow("long line")
            << QByteArray(8192, 'x') << QString(200, u'x') + QStringLiteral("...");
        QStringList twenty;
        for (int i = 0; i < 20; ++i)
            twenty << QStringLiteral("x");
        QTest::newRow("many lines") << QByteArray("x\n").repeated(4096) << twenty.join(u'\n');
    }
    void messages()
    {
        QFETCH(const QByteArray, said);
        wire::GreetingReply reply;
        reply.motd = said;
        RelayWords words;
        words.take(reply);
        QTEST(words.motd, "shown");
        reply.motd = "something else";
        words.take(reply);
        QCOMPARE(words.motd == u"something else", said.isEmpty()); // the first stays
    }

    void upgrades_data()
    {
        QTest::addColumn<QByteArrayList>("said");
        QTest::addColumn<Upgrade>("upgrade");
        const auto told = [](const char *version, const char *tag, const char *url) {
            return Upgrade {QString::fromLatin1(version), QString::fromLatin1(tag),
                            QString::fromLatin1(url)};
        };
        QTest::newRow("none") << QByteArrayList {} << Upgrade {};
        QTest::newRow("empty") << QByteArrayList {"", ";;;;"} << Upgrade {};
        QTest::newRow("one") << QByteArrayList {"1.6;stable;0123;https://h.test/;https://f.test/"}
                             << told("1.6", "stable", "https://h.test/");
        QTest::newRow("the first counts")
            << QByteArrayList {"", "1.6;a;b;http://h/;f", "1.7;a;b;http://i/;f"}
            << told("1.6", "a", "http://h/");
        QTest::newRow("odd address")
            << QByteArrayList {"1.6;a;b;javascript:x;f"} << told("1.6", "a", "");
        QTest::newRow("short") << QByteArrayList {"1.6"} << told("1.6", "", "");
    }
    void upgrades()
    {
        QFETCH(const QByteArrayList, said);
        wire::GreetingReply reply;
        reply.upgrades = said;
        RelayWords words;
        words.take(reply);
        QFETCH(const Upgrade, upgrade);
        QVERIFY(words.upgrade == upgrade);
    }

    void quotas()
    {
        RelayWords words;
        words.take({});
        QVERIFY(!words.quota.isSaid());
        wire::GreetingReply reply;
        reply.quotaKb = 512;
        reply.quotaDays = 24;
        reply.quotaConns = 5;
        reply.visitors = 3;
        reply.visitorSeconds = 900;
        words.take(reply);
        QVERIFY((words.quota == Quota {512, 24, 5, 3, 900}));

        wire::GreetingReply pong; // says nothing else
        pong.quotaKb = 511;
        words.take(pong);
        QVERIFY((words.quota == Quota {511, 24, 5, 3, 900}));
        pong.quotaKb = std::numeric_limits<qint64>::max();
        words.take(pong);
        QCOMPARE(words.quota.kb, Quota::most);
    }
};

QTEST_APPLESS_MAIN(TestRelayWords)
#include "tst_relaywords.moc"
