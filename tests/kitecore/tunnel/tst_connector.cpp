#include "kitecore/tunnel/connector.h"

#include <QTest>

#include "tests/kitecore/tunnel/connectorbench.h"
#include "tests/support/waits.h"

using namespace kite;
using namespace std::chrono_literals;
using stats::KiteState;
using test::ConnectorBench;

/// How kites get into the air, or why not, and whom visitors meet there.
class TestConnector : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void flies_data()
    {
        QTest::addColumn<bool>("inBand");
        QTest::addColumn<int>("connections");
        QTest::addColumn<bool>("compression");
        QTest::newRow("signs inside the link") << true << 1 << true;
        QTest::newRow("signs on a second connection: the relay") << false << 2 << true;
        QTest::newRow("signs on a second connection: we") << true << 2 << false;
    }

    void flies()
    {
        QFETCH(bool, inBand);
        QFETCH(int, connections);
        QFETCH(bool, compression);
        tunnel::ConnectorOptions options;
        options.announceCompression = compression;
        ConnectorBench bench(options);
        bench.relay.addsKites = inBand;
        bench.fly({"http:a.test", "http:b.test"});
        QTRY_VERIFY(bench.connector->isUp());
        QTRY_COMPARE(bench.saidOf("http:a.test"), QStringLiteral("http:a.test flying none"));
        QTRY_COMPARE(bench.saidOf("http:b.test"), QStringLiteral("http:b.test flying none"));
        QCOMPARE(bench.relay.flying(), QSet<QByteArray>({"http:a.test", "http:b.test"}));
        QCOMPARE(bench.relay.accepted, connections);
        QCOMPARE(bench.relay.greetings.first().features.compression, compression);
        QVERIFY(bench.relay.greetings.first().features.addKites);
        QCOMPARE(bench.link, QStringList {QStringLiteral("up")});
        QCOMPARE(bench.last["http:a.test"].relayPorts, QList<quint16>({80, 443}));
        QCOMPARE(bench.story.size(), 4); // connecting and flying, each
    }

    void refusals_data()
    {
        QTest::addColumn<QByteArray>("id");
        QTest::addColumn<QByteArray>("secret");
        QTest::addColumn<QString>("said");
        QTest::addColumn<bool>("inBand");
        for (const bool inBand : {true, false}) {
            const auto row = [inBand](const char *name, const char *id, const char *secret,
                                      const char *said) {
                QTest::addRow("%s, style %c", name, inBand ? 'B' : 'A')
                    << QByteArray(id) << QByteArray(secret) << QString::fromLatin1(said) << inBand;
            };
            row("wrong secret", "http:a.test", "wrong", "http:a.test refused bad-secret");
            row("unknown kite", "http:nope.test", "s3cret", "http:nope.test refused unknown-kite");
            row("no secret", "http:a.test", "", "http:a.test refused no-secret");
        }
    }

    void refusals()
    {
        QFETCH(QByteArray, id);
        QFETCH(QByteArray, secret);
        QFETCH(QString, said);
        QFETCH(bool, inBand);
        ConnectorBench bench;
        bench.relay.addsKites = inBand;
        bench.connector->setKites({bench.kite(id, secret.constData())});
        bench.connector->start();
        QTRY_COMPARE(bench.saidOf(id), said);
        const int dialled = bench.relay.accepted;
        bench.pass(10min); // refused stays refused: nobody knocks again
        QTRY_VERIFY(!bench.connector->isUp());
        QCOMPARE(bench.relay.accepted, dialled);

        // the user enters the right one
        bench.relay.secrets[id] = "other";
        bench.connector->setKites({bench.kite(id, "other")});
        QTRY_COMPARE(bench.last[id].state, KiteState::Flying);
    }

    void visitorsOfKitesThatAreNotOurs()
    {
        tunnel::ConnectorOptions options;
        options.answers.awayPages = {{{}, "https://p.test/?"}};
        ConnectorBench bench(options);
        bench.fly({"http:a.test"});
        QTRY_VERIFY(bench.connector->isUp());
        auto &link = *bench.relay.carrierOf("http:a.test");
        const auto answerTo = [&](quint32 sid, const QByteArray &protocol) {
            bench.relay.openStream(link, sid, protocol, "x.test", "GET / HTTP/1.1\r\n\r\n");
            test::eventually([&] { return link.ended.contains(sid); });
            return link.streamData[sid];
        };
        const QByteArray page
            = "src=\"https://p.test/?&amp;where=BE&amp;proto=http&amp;domain=x.test";
        QVERIFY(answerTo(1, "http").contains(page));
        QVERIFY(answerTo(2, "probe.json").contains("X-PageKite-Status: Down-BE\r\n"));

        bench.connector->setAnswers({{}, false});
        const auto plain = answerTo(3, "http");
        QVERIFY(plain.contains("Sorry! (be)") && !plain.contains("p.test"));
        QVERIFY(answerTo(4, "probe.json").contains("X-PageKite-Status: Down-FE\r\n"));
        QVERIFY(answerTo(5, "probe").contains("GIF89a"));
    }

    void retryAsksAgain()
    {
        ConnectorBench bench;
        bench.relay.secrets.clear();
        bench.fly({"http:a.test"});
        QTRY_COMPARE(bench.last["http:a.test"].state, KiteState::Refused);
        bench.relay.secrets["http:a.test"] = "s3cret";
        bench.connector->retry();
        QTRY_COMPARE(bench.last["http:a.test"].state, KiteState::Flying);
    }

    void whoFlewIsAskedForAgain()
    {
        ConnectorBench bench;
        bench.fly({"http:a.test"});
        QTRY_VERIFY(bench.connector->isUp());
        bench.relay.secrets.clear(); // an accounts file that is being written
        bench.relay.hangUpSoon();
        QTRY_COMPARE(bench.saidOf("http:a.test"),
                     QStringLiteral("http:a.test refused unknown-kite"));
        const int dialled = bench.relay.accepted;
        bench.pass(4s);
        QCoreApplication::processEvents();
        QCOMPARE(bench.relay.accepted, dialled);
        bench.pass(2s);
        QTRY_COMPARE(bench.relay.inBand.size(), dialled + 1);
        QTRY_VERIFY(!bench.connector->isUp());
        bench.pass(11s);
        QTRY_COMPARE(bench.relay.inBand.size(), dialled + 2);
        QCOMPARE(bench.story.count(QStringLiteral("http:a.test refused unknown-kite")), 1);
        bench.relay.secrets["http:a.test"] = "s3cret";
        bench.pass(21s);
        QTRY_COMPARE(bench.last["http:a.test"].state, KiteState::Flying);
    }

    void oneRefusedOneFlying()
    {
        ConnectorBench bench;
        bench.fly({"http:nope.test", "http:b.test"});
        QTRY_VERIFY(bench.connector->isUp());
        QTRY_COMPARE(bench.saidOf("http:nope.test"),
                     QStringLiteral("http:nope.test refused unknown-kite"));
        QTRY_COMPARE(bench.saidOf("http:b.test"), QStringLiteral("http:b.test flying none"));
        QCOMPARE(bench.relay.accepted, 1);
    }

    void duplicateIsTriedAgainAfterAMinute()
    {
        ConnectorBench bench;
        bench.relay.takenElsewhere = {"http:a.test"};
        bench.fly({"http:a.test"});
        QTRY_COMPARE(bench.saidOf("http:a.test"),
                     QStringLiteral("http:a.test connecting name-taken"));
        QTRY_COMPARE(bench.link, QStringList {QStringLiteral("name-taken")});
        bench.pass(50s);
        QCOMPARE(bench.relay.accepted, 1);
        bench.pass(11s);
        QTRY_COMPARE(bench.relay.accepted, 2);
        QTRY_COMPARE(bench.relay.inBand.size(), 2);
        bench.relay.takenElsewhere.clear();
        QVERIFY(!bench.connector->isUp());
        QTRY_COMPARE(bench.relay.flying().size(), 0);
        bench.pass(61s);
        QTRY_COMPARE(bench.saidOf("http:a.test"), QStringLiteral("http:a.test flying none"));
        QVERIFY(!bench.relay.greetings.last().replaces.isEmpty());
    }

    void failures_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<QString>("said");
        QTest::newRow("503") << QByteArray("HTTP/1.0 503 Unavailable\r\n\r\n")
                             << QStringLiteral("http:a.test connecting unreachable");
        QTest::newRow("403") << QByteArray("HTTP/1.0 403 Forbidden\r\n\r\n")
                             << QStringLiteral("http:a.test connecting not-served");
        QTest::newRow("web server")
            << QByteArray("HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n")
            << QStringLiteral("http:a.test connecting not-a-relay");
        QTest::newRow("garbage") << QByteArray("\x16\x03\x03\r\n\r\nfoo\n\n")
                                 << QStringLiteral("http:a.test connecting not-a-relay");
        QTest::newRow("hangs up") << QByteArray()
                                  << QStringLiteral("http:a.test connecting unreachable");
    }

    void failures()
    {
        QFETCH(QByteArray, answer);
        QFETCH(QString, said);
        ConnectorBench bench;
        bench.relay.insteadOfReply = answer;
        if (answer.isEmpty())
            bench.relay.beforeSend = [&](QByteArray &head) {
                head.clear();
                bench.relay.hangUpSoon();
            };
        bench.fly({"http:a.test"});
        QTRY_COMPARE(bench.saidOf("http:a.test"), said);
        // it is tried again, and well before the next sunrise
        bench.relay.insteadOfReply.clear();
        bench.relay.beforeSend = {};
        QTRY_COMPARE(bench.last["http:a.test"].state, KiteState::Flying);
        QCOMPARE(bench.story.count(said), 1);
    }

    void nobodyThere()
    {
        ConnectorBench bench;
        bench.relay.goDown();
        bench.fly({"http:a.test"});
        QTRY_COMPARE(bench.saidOf("http:a.test"),
                     QStringLiteral("http:a.test connecting unreachable"));
        bench.relay.comeBack();
        QTRY_COMPARE(bench.saidOf("http:a.test"), QStringLiteral("http:a.test flying none"));
    }

    void silentRelay()
    {
        ConnectorBench bench;
        bench.relay.silent = true;
        bench.fly({"http:a.test"});
        QTRY_COMPARE(bench.relay.accepted, 1);
        QTRY_VERIFY((bench.pass(5s), bench.story.size() > 1));
        QCOMPARE(bench.saidOf("http:a.test"), QStringLiteral("http:a.test connecting unreachable"));
    }

    void silentAboutSignatures()
    {
        ConnectorBench bench;
        bench.relay.beforeSend = [&](QByteArray &) { bench.relay.silent = true; };
        bench.fly({"http:a.test"});
        QTRY_COMPARE(bench.relay.greetings.size(), 1);
        QTRY_VERIFY((bench.pass(5s), bench.story.size() > 1));
        QCOMPARE(bench.saidOf("http:a.test"), QStringLiteral("http:a.test connecting unreachable"));
    }

    void stopAndStart()
    {
        ConnectorBench bench;
        bench.fly({"http:a.test"});
        QTRY_VERIFY(bench.connector->isUp());
        bench.connector->stop();
        QVERIFY(!bench.connector->isUp());
        QTRY_COMPARE(bench.relay.flying().size(), 0);
        bench.connector->start();
        QTRY_VERIFY(bench.connector->isUp());
    }

    void visitorsFindTheirTarget()
    {
        ConnectorBench bench;
        bench.fly({"http:a.test"});
        QTRY_VERIFY(bench.connector->isUp());
        auto *carrier = bench.relay.carrierOf("http:a.test");
        bench.relay.openStream(*carrier, 7, "http", "a.test", "GET / HTTP/1.0\r\n\r\n");
        QTRY_COMPARE(bench.target->visitors, QByteArrayList {"a.test"});
        QCOMPARE(bench.target->addresses, QStringList {QStringLiteral("192.0.2.7")});
        QByteArray buffer(100, '\0');
        const net::Io io = bench.target->streams.front()->read(buffer);
        QCOMPARE(buffer.first(io.bytes), QByteArray("GET / HTTP/1.0\r\n\r\n"));
        bench.target->streams.front()->write("HTTP/1.0 200 OK\r\n\r\nhello");
        QTRY_COMPARE(carrier->streamData[7], QByteArray("HTTP/1.0 200 OK\r\n\r\nhello"));
    }

    void strangersAreRefused_data()
    {
        QTest::addColumn<QByteArray>("protocol");
        QTest::addColumn<QByteArray>("begins");
        QTest::addColumn<QByteArray>("holds");
        QTest::newRow("http") << QByteArray("http") << QByteArray("HTTP/1.1 503 ")
                              << QByteArray("Sorry! (be)");
        QTest::newRow("websocket")
            << QByteArray("websocket") << QByteArray("HTTP/1.1 503 ") << QByteArray("Sorry! (be)");
        QTest::newRow("https") << QByteArray("https") << QByteArray("\x15\x03\x03", 3)
                               << QByteArray("\x02\x31", 2);
        QTest::newRow("raw") << QByteArray("raw") << QByteArray() << QByteArray();
    }

    void strangersAreRefused()
    {
        QFETCH(QByteArray, protocol);
        QFETCH(QByteArray, begins);
        QFETCH(QByteArray, holds);
        ConnectorBench bench;
        bench.fly({"http:a.test"});
        QTRY_VERIFY(bench.connector->isUp());
        auto *carrier = bench.relay.carrierOf("http:a.test");
        bench.relay.openStream(*carrier, 7, protocol, "127.0.0.1", "GET / HTTP/1.0\r\n\r\n");
        QTRY_VERIFY(carrier->ended.contains(7));
        QVERIFY(carrier->streamData[7].startsWith(begins));
        QVERIFY(carrier->streamData[7].contains(holds));
        QCOMPARE(carrier->streamData[7].isEmpty(), begins.isEmpty());
        QVERIFY(bench.target->streams.empty());
        QVERIFY(bench.connector->isUp());
    }

    void moreKitesThanOneConversationHolds()
    {
        ConnectorBench bench;
        QByteArrayList ids;
        for (int i = 0; i < 400; ++i) {
            ids << "http:kite" + QByteArray::number(i) + ".example.test";
            bench.relay.secrets[ids.last()] = "s3cret";
        }
        bench.fly(ids);
        QTRY_COMPARE(bench.relay.flying().size(), 400);
        QCOMPARE(bench.relay.accepted, 1);
        QVERIFY(bench.relay.inBand.size() > 2);
    }
};

QTEST_GUILESS_MAIN(TestConnector)
#include "tst_connector.moc"
