#include "app/engine/engine.h"

#include <QDir>
#include <QFile>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

#include "kitecore/relay/relayserver.h"

using namespace kite;
using app::Engine;
using app::WantedKite;
using stats::DownReason;
using stats::KiteSnapshot;
using stats::KiteState;

namespace {

/// A visitor with a connection that it keeps.
class Browser
{
public:
    explicit Browser(quint16 port) { m_socket.connectToHost(QHostAddress::LocalHost, port); }

    /// The answer's body, or "CUT" when it was hung up on, or the status line where that is not
    /// 200.
    QByteArray get(const QByteArray &host, const QByteArray &path = "/")
    {
        m_socket.write("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
        QByteArray answer;
        qsizetype end = -1;
        const bool whole = QTest::qWaitFor([&] {
            answer += m_socket.readAll();
            end = answer.indexOf("\r\n\r\n");
            return isGone() || (end >= 0 && answer.size() - end - 4 >= bodyBytes(answer));
        });
        if (!whole || end < 0)
            return whole ? "CUT" : "TOO LATE";
        const QByteArray status = answer.first(answer.indexOf('\r')).mid(9);
        return status == "200 OK" ? answer.mid(end + 4) : status;
    }
    bool isGone() const { return m_socket.state() == QAbstractSocket::UnconnectedState; }

private:
    static qsizetype bodyBytes(const QByteArray &answer)
    {
        const QByteArray head = answer.toLower();
        const auto at = head.indexOf("content-length: ");
        return at < 0 ? 0 : head.mid(at + 16, head.indexOf('\r', at) - at - 16).toLongLong();
    }

    QTcpSocket m_socket;
};

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

struct Bench
{
    net::Loop loop;
    QTemporaryDir folder;
    std::unique_ptr<Engine> engine = std::make_unique<Engine>(loop);
    QHash<QString, KiteSnapshot> last;
    QStringList story;
    quint16 port = 0;
    stats::Snapshot sample;
    QStringList visits;

    Bench()
    {
        write(QStringLiteral("one/hello.txt"), "hello one");
        write(QStringLiteral("two/hello.txt"), "hello two");
        QObject::connect(engine.get(), &Engine::listening, engine.get(),
                         [this](const QString &, quint16 at) { port = at; });
        QObject::connect(engine.get(), &Engine::kiteChanged, engine.get(),
                         [this](const KiteSnapshot &snapshot) {
                             last[snapshot.id] = snapshot;
                             story << snapshot.id + QLatin1Char(' ') + spelled(snapshot);
                         });
        QObject::connect(engine.get(), &Engine::sampled, engine.get(),
                         [this](const stats::Snapshot &all) { sample = all; });
        QObject::connect(engine.get(), &Engine::visited, engine.get(),
                         [this](const QString &id, const share::Visit &visit) {
                             visits << id + QLatin1Char(' ') + QString::fromLatin1(visit.path);
                         });
    }

    static QString spelled(const KiteSnapshot &snapshot)
    {
        static const char *const states[] = {"paused", "connecting", "flying", "refused"};
        return QLatin1String(states[int(snapshot.state)]) + QLatin1Char(' ')
            + QLatin1String(stats::downWord(snapshot.reason));
    }
    QString saidOf(const QString &id) const { return spelled(last.value(id)); }

    void write(const QString &name, const QByteArray &content) const
    {
        const QFileInfo info(folder.filePath(name));
        QDir().mkpath(info.path());
        QFile file(info.filePath());
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
    }

    WantedKite share(const QString &name) const
    {
        WantedKite wanted;
        wanted.kite.id = QStringLiteral("id-") + name;
        wanted.kite.name = name;
        wanted.kite.target.paths = {folder.filePath(name)};
        return wanted;
    }
    static WantedKite portKite(const QString &name, quint16 at)
    {
        WantedKite wanted;
        wanted.kite.id = QStringLiteral("id-") + name;
        wanted.kite.name = name;
        wanted.kite.target.kind = settings::Target::Kind::Port;
        wanted.kite.target.endpoint = {QStringLiteral("127.0.0.1"), at};
        return wanted;
    }
    static WantedKite paused(WantedKite wanted)
    {
        wanted.kite.paused = true;
        return wanted;
    }
};

const QString one = QStringLiteral("id-one");
const QString two = QStringLiteral("id-two");

/// A relay in the same process, and an account for `*.fly.test`.
struct RelayBench : Bench
{
    std::unique_ptr<relay::RelayServer> relayServer;
    QStringList arrivals;

    explicit RelayBench(const QList<tls::ServerName> &certificates = {})
    {
        relay::RelayOptions options;
        options.addresses = {QHostAddress(QHostAddress::LocalHost)};
        options.ports = {0};
        options.workers = 1;
        options.accounts = {{{"http"}, "*.fly.test", secrets::Secret("s3cret")}};
        options.tlsNames = certificates;
        if (!certificates.isEmpty())
            options.tlsDefault = certificates.first().name;
        relayServer = std::make_unique<relay::RelayServer>(loop, options);
        QObject::connect(relayServer.get(), &relay::RelayServer::kiteArrived, relayServer.get(),
                         [this](const relay::KiteEvent &event) {
                             arrivals << QString::fromLatin1(event.id.toByteArray());
                         });
        QVERIFY(relayServer->start());
    }
    ~RelayBench() { engine.reset(); }

    quint16 relayPort() const { return relayServer->ports().first(); }

    WantedKite relayed(WantedKite wanted, const char *secret = "s3cret") const
    {
        wanted.kite.name += QStringLiteral(".fly.test");
        wanted.relay.id = QStringLiteral("relay");
        wanted.relay.endpoint = {QStringLiteral("127.0.0.1"), relayPort()};
        wanted.relay.tls = settings::Relay::Tls::Off;
        wanted.secret = secrets::Secret(secret);
        return wanted;
    }
};

} // namespace

class TestEngine : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sharesAFolder()
    {
        Bench bench;
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
        Bench bench;
        const LocalServer server;
        bench.engine->setKites({Bench::portKite(QStringLiteral("one"), server.serverPort())});
        Browser browser(bench.port);
        QCOMPARE(browser.get("one.localhost"), QByteArray("local"));
        QTRY_VERIFY(!bench.sample.isEmpty() && bench.sample.first().streams == 1);
    }

    void portWithNobodyBehind()
    {
        Bench bench;
        quint16 unused = 0;
        {
            const LocalServer gone;
            unused = gone.serverPort();
        }
        bench.engine->setKites({Bench::portKite(QStringLiteral("one"), unused)});
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
        Bench bench;
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
        Bench bench;
        const LocalServer server;
        const auto first = isShare ? bench.share(QStringLiteral("one"))
                                   : Bench::portKite(QStringLiteral("one"), server.serverPort());
        const auto second = bench.share(QStringLiteral("two"));
        const QByteArray content = isShare ? "hello one" : "local";
        bench.engine->setKites({first, second});
        const quint16 port = bench.port;
        Browser ofOne(port);
        Browser ofTwo(port);
        QCOMPARE(ofOne.get("one.localhost", "/hello.txt"), content);
        QCOMPARE(ofTwo.get("two.localhost", "/hello.txt"), QByteArray("hello two"));

        bench.engine->setKites({Bench::paused(first), second});
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
        Bench bench;
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
        Bench bench;
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
        Bench bench;
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
        Bench bench;
        auto spaced = bench.share(QStringLiteral("one"));
        spaced.kite.name = QStringLiteral("my photos");
        auto again = bench.share(QStringLiteral("two"));
        again.kite.id = QStringLiteral("id-again");
        bench.engine->setKites({spaced, bench.share(QStringLiteral("two")), again});
        QCOMPARE(bench.saidOf(one), QStringLiteral("refused unknown-kite"));
        QCOMPARE(bench.saidOf(two), QStringLiteral("flying none"));
        QCOMPARE(bench.saidOf(QStringLiteral("id-again")), QStringLiteral("refused name-taken"));
    }

    void fliesAtARelay()
    {
        RelayBench bench;
        bench.engine->setKites({bench.relayed(bench.share(QStringLiteral("one")))});
        QTRY_COMPARE(bench.saidOf(one), QStringLiteral("flying none"));
        QCOMPARE(bench.last[one].url,
                 QStringLiteral("http://one.fly.test:%1/").arg(bench.relayPort()));
        QCOMPARE(bench.last[one].relay, QStringLiteral("127.0.0.1:%1").arg(bench.relayPort()));
        QVERIFY(!bench.last[one].tls);
        Browser browser(bench.relayPort());
        QCOMPARE(browser.get("one.fly.test", "/hello.txt"), QByteArray("hello one"));
    }

    void othersStayUntouched()
    {
        RelayBench bench;
        const auto first = bench.relayed(bench.share(QStringLiteral("one")));
        const auto second = bench.relayed(bench.share(QStringLiteral("two")));
        bench.engine->setKites({first});
        QTRY_COMPARE(bench.saidOf(one), QStringLiteral("flying none"));
        Browser browser(bench.relayPort());
        QCOMPARE(browser.get("one.fly.test", "/hello.txt"), QByteArray("hello one"));

        bench.engine->setKites({first, second});
        QTRY_COMPARE(bench.saidOf(two), QStringLiteral("flying none"));
        bench.engine->setKites({first, Bench::paused(second)});
        QCOMPARE(Browser(bench.relayPort()).get("two.fly.test"), QByteArray("503 Unavailable"));
        QCOMPARE(browser.get("one.fly.test", "/hello.txt"), QByteArray("hello one"));
        QCOMPARE(bench.arrivals.count(QStringLiteral("http:one.fly.test")), 1);
        QCOMPARE(bench.story.filter(one).size(), 2); // connecting, flying
    }

    void refusedAtARelay_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("secret");
        QTest::addColumn<QString>("said");
        QTest::newRow("wrong secret") << QStringLiteral("one.fly.test") << QByteArray("wrong")
                                      << QStringLiteral("refused bad-secret");
        QTest::newRow("unknown kite") << QStringLiteral("one.other.test") << QByteArray("s3cret")
                                      << QStringLiteral("refused unknown-kite");
        QTest::newRow("no secret") << QStringLiteral("one.fly.test") << QByteArray()
                                   << QStringLiteral("refused no-secret");
    }
    void refusedAtARelay()
    {
        QFETCH(QString, name);
        QFETCH(QByteArray, secret);
        QFETCH(QString, said);
        RelayBench bench;
        auto wanted = bench.relayed(bench.share(QStringLiteral("one")), secret.constData());
        wanted.kite.name = name;
        bench.engine->setKites({wanted});
        QTRY_COMPARE(bench.saidOf(one), said);

        bench.engine->setKites({bench.relayed(bench.share(QStringLiteral("one")))});
        QTRY_COMPARE(bench.saidOf(one), QStringLiteral("flying none"));
    }

    void relayInTls_data()
    {
        QTest::addColumn<QString>("host");
        QTest::addColumn<bool>("pinned");
        QTest::addColumn<int>("tls");
        QTest::addColumn<QString>("said");
        using Tls = settings::Relay::Tls;
        const auto row
            = [](const char *name, const char *host, bool pinned, Tls tls, const char *said) {
                  QTest::newRow(name) << QString::fromLatin1(host) << pinned << int(tls)
                                      << QString::fromLatin1(said);
              };
        row("pinned", "127.0.0.1", true, Tls::Checked, "flying none");
        row("pinned, the relay refuses its name", "localhost", true, Tls::Checked, "flying none");
        row("unchecked", "localhost", false, Tls::Unchecked, "flying none");
        row("unknown authority", "127.0.0.1", false, Tls::Checked, "connecting untrusted");
    }
    void relayInTls()
    {
        QFETCH(QString, host);
        QFETCH(bool, pinned);
        QFETCH(int, tls);
        QFETCH(QString, said);
        const QTemporaryDir keys;
        const QString pem = keys.filePath(QStringLiteral("relay.pem"));
        QVERIFY(tls::makeSelfSigned(pem, {"one.fly.test"}));
        RelayBench bench({{"one.fly.test", pem}});
        auto wanted = bench.relayed(bench.share(QStringLiteral("one")));
        wanted.relay.endpoint.host = host;
        wanted.relay.tls = settings::Relay::Tls(tls);
        if (pinned)
            wanted.relay.fingerprint = QString::fromLatin1(*tls::fingerprint(pem));
        bench.engine->setKites({wanted});
        QTRY_COMPARE(bench.saidOf(one), said);
        QVERIFY(bench.last[one].tls);
        if (bench.last[one].state == KiteState::Flying) // the relay has the kite's certificate
            QCOMPARE(bench.last[one].url,
                     QStringLiteral("https://one.fly.test:%1/").arg(bench.relayPort()));
    }

    void relayRestart()
    {
        RelayBench bench;
        bench.engine->setKites({bench.relayed(bench.share(QStringLiteral("one")))});
        QTRY_COMPARE(bench.saidOf(one), QStringLiteral("flying none"));
        relay::RelayOptions options;
        options.addresses = {QHostAddress(QHostAddress::LocalHost)};
        options.ports = {bench.relayPort()};
        options.workers = 1;
        options.accounts = {{{"http"}, "*.fly.test", secrets::Secret("s3cret")}};
        bench.relayServer.reset();
        QTRY_COMPARE(bench.last[one].state, KiteState::Connecting);
        bench.relayServer = std::make_unique<relay::RelayServer>(bench.loop, options);
        QVERIFY(bench.relayServer->start());
        QTRY_COMPARE(bench.saidOf(one), QStringLiteral("flying none"));
        QCOMPARE(Browser(bench.relayPort()).get("one.fly.test", "/hello.txt"),
                 QByteArray("hello one"));
    }

    void listenerMayChangeItsMind()
    {
        Bench bench;
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
        const Bench content; // for its folder
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
