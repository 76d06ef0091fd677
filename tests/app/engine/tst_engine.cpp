#include "app/engine/engine.h"

#include <QTcpServer>
#include <QTest>
#include <QThread>

#include "app/engine/neighbours.h"
#include "tests/app/engine/enginebench.h"
#include "tests/support/freeport.h"

using namespace kite;
using namespace kite::test;
using app::Engine;
using app::WantedKite;
using stats::KiteSnapshot;
using stats::KiteState;

namespace {

/// Something at a port of this computer that keeps connections open.
class LocalServer final : public QTcpServer
{
public:
    LocalServer()
    {
        listen(QHostAddress::LocalHost);
        connect(this, &QTcpServer::newConnection, this, [this] {
            auto *socket = nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, socket, [socket] {
                socket->readAll();
                socket->write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nlocal");
            });
        });
    }
};

} // namespace

/// Kites that an engine serves on this computer.
class TestEngine : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sharesAFolder()
    {
        EngineBench bench;
        bench.engine->setKites({bench.share(QStringLiteral("one"))});
        QVERIFY(bench.port != 0);
        QCOMPARE(bench.story, QStringList {QStringLiteral("id-one flying none")});
        QCOMPARE(bench.last[one].url, QStringLiteral("http://one.localhost:%1/").arg(bench.port));
        QVERIFY(bench.last[one].relay.isEmpty());

        Browser browser(bench.port);
        QCOMPARE(browser.get("one.localhost", "/hello.txt"), QByteArray("hello one"));
        QTRY_COMPARE(bench.visits, QStringList {QStringLiteral("id-one /hello.txt")});
        QTRY_VERIFY(!bench.sample.isEmpty() && bench.sample.first().bytesOut > 9);
        QCOMPARE(bench.sample.first().visits, 1);
    }

    void passesOnToAPort()
    {
        EngineBench bench;
        const LocalServer server;
        bench.engine->setKites({EngineBench::portKite(QStringLiteral("one"), server.serverPort())});
        Browser browser(bench.port);
        QCOMPARE(browser.get("one.localhost"), QByteArray("local"));
        QTRY_VERIFY(!bench.sample.isEmpty() && bench.sample.first().streams == 1);
    }

    void portWithNobodyBehind()
    {
        EngineBench bench;
        bench.engine->setKites({EngineBench::portKite(QStringLiteral("one"), freePort())});
        Browser browser(bench.port);
        QVERIFY(browser.get("one.localhost").startsWith("503"));
    }

    void namesOnThisComputer_data()
    {
        QTest::addColumn<bool>("lan");
        QTest::addColumn<QByteArray>("host");
        QTest::addColumn<QByteArray>("answer");
        const auto row = [](const char *name, bool lan, const char *host, const char *answer) {
            QTest::newRow(name) << lan << QByteArray(host) << QByteArray(answer);
        };
        row("first", false, "one.localhost", "hello one");
        row("second", false, "two.localhost", "hello two");
        row("capitals and port", false, "TWO.localhost:1234", "hello two");
        row("localhost: the newest", false, "localhost", "hello two");
        row("address: the newest", false, "127.0.0.1", "hello two");
        row("unknown", false, "three.localhost", "503 Unavailable");
        row("a hostile page's name", false, "rebind.example.com", "503 Unavailable");
        row("other computers' address", false, "192.168.1.7", "503 Unavailable");
        row("network: own name", true, "one.localhost", "hello one");
        row("network: address", true, "192.168.1.7", "hello two");
        row("network: mDNS name", true, "workshop.local", "hello two");
        row("network: a hostile page's name", true, "rebind.example.com", "503 Unavailable");
    }

    void namesOnThisComputer()
    {
        QFETCH(bool, lan);
        QFETCH(QByteArray, host);
        QFETCH(QByteArray, answer);
        EngineBench bench;
        settings::Preferences preferences;
        preferences.lan = lan;
        bench.engine->setPreferences(preferences);
        bench.engine->setKites(
            {bench.share(QStringLiteral("one")), bench.share(QStringLiteral("two"))});
        Browser browser(bench.port);
        QCOMPARE(browser.get(host, "/hello.txt"), answer);
    }

    void pausesAndResumes_data()
    {
        QTest::addColumn<bool>("isShare");
        QTest::newRow("share") << true;
        QTest::newRow("port") << false;
    }

    void pausesAndResumes()
    {
        QFETCH(bool, isShare);
        EngineBench bench;
        const LocalServer server;
        const auto first = isShare
            ? bench.share(QStringLiteral("one"))
            : EngineBench::portKite(QStringLiteral("one"), server.serverPort());
        const auto second = bench.share(QStringLiteral("two"));
        const QByteArray content = isShare ? "hello one" : "local";
        bench.engine->setKites({first, second});
        const quint16 port = bench.port;
        Browser ofOne(port);
        Browser ofTwo(port);
        QCOMPARE(ofOne.get("one.localhost", "/hello.txt"), content);
        QCOMPARE(ofTwo.get("two.localhost", "/hello.txt"), QByteArray("hello two"));

        bench.engine->setKites({EngineBench::paused(first), second});
        QCOMPARE(bench.saidOf(one), QStringLiteral("paused none"));
        QVERIFY(bench.last[one].url.isEmpty());
        QTRY_VERIFY(ofOne.isGone());
        QCOMPARE(Browser(port).get("one.localhost"), QByteArray("503 Unavailable"));
        QCOMPARE(ofTwo.get("two.localhost", "/hello.txt"), QByteArray("hello two"));

        bench.engine->setKites({first, second});
        QCOMPARE(bench.saidOf(one), QStringLiteral("flying none"));
        QCOMPARE(Browser(port).get("one.localhost", "/hello.txt"), content);
        QCOMPARE(ofTwo.get("two.localhost", "/hello.txt"), QByteArray("hello two"));
        QCOMPARE(bench.story.filter(two).size(), 1);
    }

    void removesAndComesBackToItsPort()
    {
        EngineBench bench;
        bench.engine->setKites({bench.share(QStringLiteral("one"))});
        const quint16 port = bench.port;
        Browser browser(port);
        QCOMPARE(browser.get("one.localhost", "/hello.txt"), QByteArray("hello one"));
        bench.engine->stopAll();
        QTRY_VERIFY(browser.isGone());
        QTcpSocket late;
        late.connectToHost(QHostAddress::LocalHost, port);
        QTRY_COMPARE(late.error(), QAbstractSocket::ConnectionRefusedError);

        bench.port = 0;
        bench.engine->setKites({bench.share(QStringLiteral("one"))});
        QCOMPARE(bench.port, port);
    }

    void nothingThereYet()
    {
        EngineBench bench;
        bench.engine->setKites({bench.share(QStringLiteral("later"))});
        QCOMPARE(bench.saidOf(QStringLiteral("id-later")),
                 QStringLiteral("connecting nothing-there"));
        bench.write(QStringLiteral("later/hello.txt"), "hello later");
        bench.engine->retryNow();
        QCOMPARE(bench.saidOf(QStringLiteral("id-later")), QStringLiteral("flying none"));
        QCOMPARE(Browser(bench.port).get("later.localhost", "/hello.txt"),
                 QByteArray("hello later"));
    }

    void portTaken()
    {
        EngineBench bench;
        auto occupant = std::make_unique<LocalServer>();
        settings::Preferences preferences;
        preferences.port = occupant->serverPort();
        bench.engine->setPreferences(preferences);
        bench.engine->setKites({bench.share(QStringLiteral("one"))});
        QCOMPARE(bench.saidOf(one), QStringLiteral("connecting port-taken"));
        QVERIFY(!bench.last[one].detail.isEmpty());
        occupant.reset();
        bench.engine->retryNow();
        QCOMPARE(bench.saidOf(one), QStringLiteral("flying none"));
        QCOMPARE(bench.port, preferences.port);
    }

    void badAndDoubleNames()
    {
        EngineBench bench;
        auto spaced = bench.share(QStringLiteral("one"));
        spaced.kite.name = QStringLiteral("my photos");
        auto again = bench.share(QStringLiteral("two"));
        again.kite.id = QStringLiteral("id-again");
        bench.engine->setKites({spaced, bench.share(QStringLiteral("two")), again});
        QCOMPARE(bench.saidOf(one), QStringLiteral("refused unknown-kite"));
        QCOMPARE(bench.saidOf(two), QStringLiteral("flying none"));
        QCOMPARE(bench.saidOf(QStringLiteral("id-again")), QStringLiteral("refused name-taken"));
    }

    void otherKindsOnThisComputer()
    {
        EngineBench bench;
        settings::Preferences preferences;
        preferences.lan = true;
        bench.engine->setPreferences(preferences);
        const LocalServer server;
        const auto kind = [&](const QString &name, const char *protocol) {
            auto wanted = EngineBench::portKite(name, server.serverPort());
            wanted.kite.protocol = QLatin1String(protocol);
            return wanted;
        };
        bench.engine->setKites({bench.share(QStringLiteral("one")),
                                kind(QStringLiteral("two"), "https"),
                                kind(QStringLiteral("three"), "raw")});
        const QString at = QStringLiteral(":%1/").arg(bench.port);
        QCOMPARE(bench.last[two].url, QStringLiteral("https://two.localhost") + at);
        QCOMPARE(bench.saidOf(QStringLiteral("id-three")), QStringLiteral("refused not-served"));
        QVERIFY(bench.last[QStringLiteral("id-three")].url.isEmpty());
        // every name of this computer leads to the newest of http
        QCOMPARE(bench.last[one].url, QStringLiteral("http://") + app::neighbourlyHost() + at);
        QCOMPARE(Browser(bench.port).get("192.168.1.7", "/hello.txt"), QByteArray("hello one"));
    }

    void nobodyListensForRawKitesAlone()
    {
        EngineBench bench;
        auto wanted = bench.share(QStringLiteral("one"));
        wanted.kite.protocol = QStringLiteral("raw");
        bench.engine->setKites({wanted});
        QCOMPARE(bench.port, quint16(0));
        QCOMPARE(bench.saidOf(one), QStringLiteral("refused not-served"));
    }

    void listenerMayChangeItsMind()
    {
        EngineBench bench;
        QObject::connect(bench.engine.get(), &Engine::kiteChanged, bench.engine.get(),
                         [&] { bench.engine->stopAll(); });
        bench.engine->setKites(
            {bench.share(QStringLiteral("one")), bench.share(QStringLiteral("two"))});
        QTcpSocket late;
        late.connectToHost(QHostAddress::LocalHost, bench.port);
        QTRY_COMPARE(late.error(), QAbstractSocket::ConnectionRefusedError);
    }

    void livesOnAThreadOfItsOwn()
    {
        const EngineBench content; // for its folder
        QThread thread;
        thread.start();
        QObject onThread;
        onThread.moveToThread(&thread);
        std::unique_ptr<net::Loop> loop;
        std::unique_ptr<Engine> engine;
        KiteSnapshot last;
        quint16 port = 0;
        QMetaObject::invokeMethod(
            &onThread,
            [&] {
                loop = std::make_unique<net::Loop>();
                engine = std::make_unique<Engine>(*loop);
            },
            Qt::BlockingQueuedConnection);
        QObject here;
        connect(engine.get(), &Engine::kiteChanged, &here,
                [&](const KiteSnapshot &snapshot) { last = snapshot; });
        connect(engine.get(), &Engine::listening, &here,
                [&](const QString &, quint16 at) { port = at; });
        const QList<WantedKite> kites {content.share(QStringLiteral("one"))};
        QMetaObject::invokeMethod(engine.get(), "setKites", Qt::QueuedConnection,
                                  Q_ARG(QList<kite::app::WantedKite>, kites));
        QTRY_COMPARE(last.state, KiteState::Flying);
        QCOMPARE(Browser(port).get("one.localhost", "/hello.txt"), QByteArray("hello one"));
        QMetaObject::invokeMethod(
            &onThread,
            [&] {
                engine.reset();
                loop.reset();
            },
            Qt::BlockingQueuedConnection);
        thread.quit();
        thread.wait();
    }
};

QTEST_GUILESS_MAIN(TestEngine)
#include "tst_engine.moc"
