#include "kitecore/tunnel/connector.h"

#include <QSignalSpy>
#include <QTest>

#include "tests/support/fakeclock.h"
#include "tests/support/fakerelay.h"
#include "tests/support/waits.h"

using namespace kite;
using namespace std::chrono_literals;
using stats::DownReason;
using stats::KiteState;
using tunnel::Connector;
using tunnel::FlownKite;
using tunnel::KiteNews;

namespace {

/// Keeps what it is given.
class KeepingTarget final : public net::Target
{
public:
    void visit(net::Loop &, std::unique_ptr<net::ByteStream> stream,
               const net::Visitor &visitor) override
    {
        streams.push_back(std::move(stream));
        visitors << visitor.host;
        addresses << visitor.peer.address;
    }
    std::vector<std::unique_ptr<net::ByteStream>> streams;
    QByteArrayList visitors;
    QStringList addresses;
};

/// A connector at a fake relay, in a time of its own, and what it said.
struct Bench
{
    test::FakeClock clock;
    net::Loop loop {clock};
    test::FakeRelay relay;
    std::shared_ptr<KeepingTarget> target = std::make_shared<KeepingTarget>();
    std::unique_ptr<Connector> connector;
    QHash<QByteArray, KiteNews> last;
    QStringList story; ///< every news, spelled
    QStringList link;
    int losses = 0;

    explicit Bench(tunnel::ConnectorOptions options = {})
    {
        relay.secrets = {{"http:a.test", "s3cret"}, {"http:b.test", "s3cret"}};
        tunnel::RelayChoice choice;
        choice.endpoint = {QStringLiteral("127.0.0.1"), relay.port()};
        connector = std::make_unique<Connector>(loop, choice, options);
        QObject::connect(connector.get(), &Connector::kiteChanged, connector.get(),
                         [this](const KiteNews &news) {
                             last[news.id.toByteArray()] = news;
                             story << spelled(news);
                         });
        QObject::connect(connector.get(), &Connector::lost, connector.get(), [this] { ++losses; });
        QObject::connect(connector.get(), &Connector::linkChanged, connector.get(),
                         [this](bool up, DownReason why) {
                             link << QLatin1String(up ? "up" : stats::downWord(why));
                         });
    }
    ~Bench()
    {
        connector.reset();
        target->streams.clear();
    }

    static QString spelled(const KiteNews &news)
    {
        static const char *const states[] = {"paused", "connecting", "flying", "refused"};
        return QString::fromLatin1(news.id.toByteArray() + ' ' + states[int(news.state)] + ' '
                                   + stats::downWord(news.reason));
    }
    QString saidOf(const QByteArray &kite) const { return spelled(last.value(kite)); }

    FlownKite kite(const QByteArray &id, const char *secret = "s3cret") const
    {
        return {*KiteId::parse(id), secrets::Secret(secret), target};
    }
    void fly(const QByteArrayList &ids)
    {
        std::vector<FlownKite> kites;
        for (const auto &id : ids)
            kites.push_back(kite(id));
        connector->setKites(std::move(kites));
        connector->start();
    }
    void pass(std::chrono::seconds time)
    {
        for (; time > 0s; time -= 1s) { // a clock that leaps looks like a computer that slept
            clock.advance(1s);
            loop.deadlines().tick();
        }
    }
};

} // namespace

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
        Bench bench(options);
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
        Bench bench;
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

    void retryAsksAgain()
    {
        Bench bench;
        bench.relay.secrets.clear();
        bench.fly({"http:a.test"});
        QTRY_COMPARE(bench.last["http:a.test"].state, KiteState::Refused);
        bench.relay.secrets["http:a.test"] = "s3cret";
        bench.connector->retry();
        QTRY_COMPARE(bench.last["http:a.test"].state, KiteState::Flying);
    }

    void aLinkThatShowsNoLifeIsDialledAnew()
    {
        Bench bench;
        bench.fly({"http:a.test"});
        QTRY_COMPARE(bench.last["http:a.test"].state, KiteState::Flying);
        bench.relay.silent = true; // as after a journey
        bench.connector->retry();
        bench.pass(Connector::proofTime + 1s);
        QTRY_COMPARE(bench.last["http:a.test"].reason, DownReason::LinkLost);
        QTRY_COMPARE(bench.relay.accepted, 2);
        QCOMPARE(bench.losses, 1);
    }

    void aLinkThatLivesStays()
    {
        Bench bench;
        bench.fly({"http:a.test"});
        QTRY_COMPARE(bench.last["http:a.test"].state, KiteState::Flying);
        bench.connector->retry();
        QTRY_COMPARE(bench.relay.pings + bench.relay.probes, 1);
        QVERIFY(test::settles());
        bench.pass(Connector::proofTime + 1s);
        QCOMPARE(bench.relay.accepted, 1);
        QVERIFY(bench.connector->isUp());
        QCOMPARE(bench.losses, 0);
    }

    void wakingUpLeavesRefusalsAlone()
    {
        Bench bench;
        bench.fly({"http:nope.test", "http:b.test"});
        QTRY_COMPARE(bench.last["http:b.test"].state, KiteState::Flying);
        QTRY_COMPARE(bench.last["http:nope.test"].state, KiteState::Refused);
        const auto asked = bench.relay.inBand.size();
        bench.connector->wake();
        QTRY_COMPARE(bench.relay.pings + bench.relay.probes, 1);
        QVERIFY(test::settles());
        QCOMPARE(bench.relay.inBand.size(), asked);
        bench.relay.silent = true;
        bench.connector->wake();
        bench.pass(Connector::proofTime + 1s);
        QTRY_COMPARE(bench.last["http:b.test"].reason, DownReason::LinkLost);
        QCOMPARE(bench.last["http:nope.test"].state, KiteState::Refused);
    }

    void wakingUpDialsAtOnce()
    {
        Bench bench;
        bench.relay.goDown();
        bench.fly({"http:a.test"});
        QTRY_COMPARE(bench.last["http:a.test"].reason, DownReason::Unreachable);
        bench.relay.comeBack();
        bench.connector->wake();
        QTRY_COMPARE(bench.last["http:a.test"].state, KiteState::Flying);
        QCOMPARE(bench.relay.accepted, 1);
    }

    void pingsWhenItIsToldTo()
    {
        tunnel::ConnectorOptions options;
        options.pingAfter = 100s;
        Bench bench(options);
        bench.relay.wideWindow = true;
        bench.fly({"http:a.test"});
        QTRY_COMPARE(bench.last["http:a.test"].state, KiteState::Flying);
        bench.pass(50s);
        QVERIFY(test::settles());
        QCOMPARE(bench.relay.pings, 0);
        bench.connector->setPingAfter(60s);
        bench.pass(12s);
        QTRY_COMPARE(bench.relay.pings, 1);
    }

    void tellsWhenALinkIsLost()
    {
        Bench bench;
        bench.fly({"http:a.test"});
        QTRY_VERIFY(bench.connector->isUp());
        bench.relay.hangUpSoon();
        QTRY_COMPARE(bench.losses, 1);
    }

    void oneRefusedOneFlying()
    {
        Bench bench;
        bench.fly({"http:nope.test", "http:b.test"});
        QTRY_VERIFY(bench.connector->isUp());
        QTRY_COMPARE(bench.saidOf("http:nope.test"),
                     QStringLiteral("http:nope.test refused unknown-kite"));
        QTRY_COMPARE(bench.saidOf("http:b.test"), QStringLiteral("http:b.test flying none"));
        QCOMPARE(bench.relay.accepted, 1);
    }

    void dialsAnewWhenTheRelayLeaves()
    {
        Bench bench;
        bench.relay.knowsLeaving = true;
        bench.fly({"http:a.test"});
        QTRY_VERIFY(bench.connector->isUp());
        auto *old = bench.relay.carrierOf("http:a.test");
        bench.relay.openStream(*old, 7, "http", "a.test", "GET / HTTP/1.1\r\n\r\n");
        QTRY_COMPARE(bench.target->visitors.size(), 1);

        bench.relay.leave(*old);
        QTRY_COMPARE(bench.relay.flying(), QSet<QByteArray> {"http:a.test"});
        QTRY_VERIFY(bench.connector->isUp());
        QCOMPARE(bench.relay.accepted, 2);
        // who was there is served to the end
        bench.target->streams.front()->write("late");
        QTRY_COMPARE(old->streamData[7], QByteArray("late"));
        old->socket->disconnectFromHost();
        QTRY_VERIFY(bench.target->streams.front()->write("gone").status != net::Io::Status::Moved);
        QVERIFY(bench.connector->isUp());
        QCOMPARE(bench.relay.accepted, 2);
        QCOMPARE(bench.link, QStringList {QStringLiteral("up")}); // nobody noticed
        QCOMPARE(bench.story.size(), 2);
    }
    void strangersCanNotSayThatTheRelayLeaves()
    {
        Bench bench;
        bench.fly({"http:a.test"});
        QTRY_VERIFY(bench.connector->isUp());
        auto *link = bench.relay.carrierOf("http:a.test");
        bench.relay.leave(*link);
        bench.relay.openStream(*link, 7, "http", "a.test", "GET / HTTP/1.1\r\n\r\n");
        QTRY_COMPARE(bench.target->visitors.size(), 1); // behind the notice
        QCOMPARE(bench.relay.accepted, 1);
    }
    void stoppingLetsGoOfALeavingRelay()
    {
        Bench bench;
        bench.relay.knowsLeaving = true;
        bench.fly({"http:a.test"});
        QTRY_VERIFY(bench.connector->isUp());
        auto *old = bench.relay.carrierOf("http:a.test");
        QSignalSpy ended(old->socket.get(), &QTcpSocket::disconnected);
        bench.relay.leave(*old);
        QTRY_COMPARE(bench.relay.accepted, 2);
        bench.connector->stop();
        QTRY_COMPARE(ended.size(), 1);
    }
    void duplicateIsTriedAgainAfterAMinute()
    {
        Bench bench;
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
        Bench bench;
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
        Bench bench;
        bench.relay.goDown();
        bench.fly({"http:a.test"});
        QTRY_COMPARE(bench.saidOf("http:a.test"),
                     QStringLiteral("http:a.test connecting unreachable"));
        bench.relay.comeBack();
        QTRY_COMPARE(bench.saidOf("http:a.test"), QStringLiteral("http:a.test flying none"));
    }

    void silentRelay()
    {
        Bench bench;
        bench.relay.silent = true;
        bench.fly({"http:a.test"});
        QTRY_COMPARE(bench.relay.accepted, 1);
        QTRY_VERIFY((bench.pass(5s), bench.story.size() > 1));
        QCOMPARE(bench.saidOf("http:a.test"), QStringLiteral("http:a.test connecting unreachable"));
    }

    void silentAboutSignatures()
    {
        Bench bench;
        bench.relay.beforeSend = [&](QByteArray &) { bench.relay.silent = true; };
        bench.fly({"http:a.test"});
        QTRY_COMPARE(bench.relay.greetings.size(), 1);
        QTRY_VERIFY((bench.pass(5s), bench.story.size() > 1));
        QCOMPARE(bench.saidOf("http:a.test"), QStringLiteral("http:a.test connecting unreachable"));
    }

    void relayRestart()
    {
        Bench bench;
        bench.fly({"http:a.test"});
        QTRY_COMPARE(bench.last["http:a.test"].state, KiteState::Flying);
        bench.relay.goDown();
        QTRY_COMPARE(bench.last["http:a.test"].state, KiteState::Connecting);
        bench.relay.comeBack();
        QTRY_COMPARE(bench.last["http:a.test"].state, KiteState::Flying);
        QVERIFY(bench.story.contains(QStringLiteral("http:a.test connecting link-lost")));
        QCOMPARE(bench.relay.greetings.last().replaces, QByteArray("session:2"));
    }

    void replacesItsOlderSelf()
    {
        Bench bench;
        bench.fly({"http:a.test"});
        QTRY_COMPARE(bench.last["http:a.test"].state, KiteState::Flying);
        // cut silently: the relay still believes in the link
        bench.relay.silent = true;
        bench.pass(33s);
        QTRY_COMPARE(bench.saidOf("http:a.test"),
                     QStringLiteral("http:a.test connecting link-lost"));
        bench.relay.silent = false;
        QTRY_COMPARE(bench.last["http:a.test"].state, KiteState::Flying);
        QCOMPARE(bench.relay.greetings.last().replaces, QByteArray("session:2"));
    }

    void addsOverTheLiveLink()
    {
        Bench bench;
        bench.fly({"http:a.test"});
        QTRY_VERIFY(bench.connector->isUp());
        bench.fly({"http:a.test", "http:b.test"});
        QTRY_COMPARE(bench.last["http:b.test"].state, KiteState::Flying);
        QCOMPARE(bench.relay.accepted, 1);
        QCOMPARE(bench.story.filter(QStringLiteral("a.test")).size(), 2);
    }

    void addsByANewLinkWhereItMust()
    {
        Bench bench;
        bench.relay.addsKites = false;
        bench.fly({"http:a.test"});
        QTRY_VERIFY(bench.connector->isUp());
        bench.fly({"http:a.test", "http:b.test"});
        QTRY_COMPARE(bench.last["http:b.test"].state, KiteState::Flying);
        QTRY_COMPARE(bench.relay.flying().size(), 2);
    }

    void refusedAdditionClosesTheLink_data()
    {
        QTest::addColumn<QByteArray>("id");
        QTest::addColumn<QString>("said");
        QTest::newRow("unknown") << QByteArray("http:nope.test")
                                 << QStringLiteral("http:nope.test refused unknown-kite");
        QTest::newRow("duplicate")
            << QByteArray("http:b.test") << QStringLiteral("http:b.test connecting name-taken");
    }
    void refusedAdditionClosesTheLink()
    {
        QFETCH(QByteArray, id);
        QFETCH(QString, said);
        Bench bench;
        bench.relay.takenElsewhere = {"http:b.test"};
        bench.fly({"http:a.test"});
        QTRY_VERIFY(bench.connector->isUp());
        bench.fly({"http:a.test", id});
        QTRY_COMPARE(bench.saidOf(id), said);
        QTRY_COMPARE(bench.relay.greetings.size(), 2);
        QCOMPARE(bench.relay.greetings.last().kites.size(), size_t(1)); // without it
        QTRY_VERIFY(bench.connector->isUp());
        QTRY_COMPARE(bench.relay.flying(), QSet<QByteArray> {"http:a.test"});
        QCOMPARE(bench.last["http:a.test"].state, KiteState::Flying);
    }

    void removedKiteIsGivenBack()
    {
        Bench bench;
        bench.fly({"http:a.test", "http:b.test"});
        QTRY_COMPARE(bench.relay.flying().size(), 2);
        QTRY_VERIFY(bench.connector->isUp());
        bench.relay.openStream(*bench.relay.carrierOf("http:a.test"), 7, "http", "a.test",
                               "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
        QTRY_COMPARE(bench.target->streams.size(), size_t(1));
        bench.fly({"http:a.test"});
        bench.pass(2s); // a visitor is there: the link stays
        QVERIFY(bench.connector->isUp());
        QCOMPARE(bench.relay.accepted, 1);
        bench.target->streams.clear();
        QTRY_VERIFY((bench.pass(1s), bench.relay.accepted == 2));
        QTRY_COMPARE(bench.relay.flying(), QSet<QByteArray> {"http:a.test"});
        QCOMPARE(bench.story.filter(QStringLiteral("a.test")).size(), 2);
    }

    void pausedAndResumed()
    {
        Bench bench;
        bench.fly({"http:a.test", "http:b.test"});
        QTRY_VERIFY(bench.connector->isUp());
        bench.fly({"http:a.test"});
        bench.fly({"http:a.test", "http:b.test"});
        QTRY_COMPARE(bench.last["http:b.test"].state, KiteState::Flying);
        bench.pass(5s);
        QVERIFY(bench.connector->isUp());
        QCOMPARE(bench.relay.accepted, 1);
        QVERIFY(bench.relay.inBand.size() == 1);
    }

    void lastKiteGoneClosesTheLink()
    {
        Bench bench;
        bench.fly({"http:a.test"});
        QTRY_VERIFY(bench.connector->isUp());
        bench.fly({});
        QVERIFY(!bench.connector->isUp());
        QTRY_COMPARE(bench.relay.flying().size(), 0);
        bench.fly({"http:a.test"});
        QTRY_COMPARE(bench.relay.flying().size(), 1);
    }

    void stopAndStart()
    {
        Bench bench;
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
        Bench bench;
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
        Bench bench;
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

    void asksWhetherTheRelayLives_data()
    {
        QTest::addColumn<bool>("ours");
        QTest::newRow("relay of ours: pings") << true;
        QTest::newRow("PageKite's may hang up on pings: an unknown stream") << false;
    }
    void asksWhetherTheRelayLives()
    {
        QFETCH(bool, ours);
        Bench bench;
        bench.relay.wideWindow = ours;
        bench.fly({"http:a.test"});
        QTRY_VERIFY(bench.connector->isUp());
        const int &asked = ours ? bench.relay.pings : bench.relay.probes;
        for (int i = 1; i < 4; ++i) {
            bench.pass(ours ? 10s : 18s);
            QTRY_COMPARE(asked, i);
            // comes behind the answer
            bench.relay.openStream(*bench.relay.carrierOf("http:a.test"), quint32(i), "http",
                                   "a.test", "GET / HTTP/1.0\r\n\r\n");
            QTRY_COMPARE(bench.target->visitors.size(), i);
            bench.target->streams.clear();
        }
        QVERIFY(bench.connector->isUp());
        QCOMPARE(ours ? bench.relay.probes : bench.relay.pings, 0);
    }

    void moreKitesThanOneConversationHolds()
    {
        Bench bench;
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
