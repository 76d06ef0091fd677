#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLocalServer>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

#include "app/cli/flights.h"
#include "app/cli/statusboard.h"
#include "tests/support/fakeclock.h"
#include "tests/support/waits.h"

using namespace kite;
using namespace kite::cli;
using stats::DownReason;
using stats::KiteState;

namespace {

const KiteId kiteA {"http", 0, "a.test"};
const KiteId kiteB {"raw", 22, "b.test"};

Flights::News news(const KiteId &kite, const char *relay, KiteState state,
                   DownReason reason = DownReason::None)
{
    return {kite, QString::fromLatin1(relay),    state, reason,
            {},   QStringLiteral("http://url/"), true};
}

/// @param json with single quotes.
QJsonObject parsed(QByteArray json)
{
    return QJsonDocument::fromJson(json.replace('\'', '"')).object();
}

/// Asks from another thread: asking blocks, and whoever answers needs this one's event loop.
QList<AskedStatus> askFromElsewhere(const QString &folder)
{
    QList<AskedStatus> asked;
    const std::unique_ptr<QThread> asker(QThread::create([&] { asked = askStatus({folder}); }));
    asker->start();
    test::eventually([&] { return asker->isFinished(); });
    asker->wait();
    return asked;
}

} // namespace

/// `kite status`
class TestStatus : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void lampsOfRelays_data()
    {
        QTest::addColumn<KiteState>("first");
        QTest::addColumn<KiteState>("second");
        QTest::addColumn<QString>("state");
        const auto row
            = [](const char *name, KiteState first, KiteState second, const char *state) {
                  QTest::newRow(name) << first << second << QString::fromLatin1(state);
              };
        using enum KiteState;
        row("both fly", Flying, Flying, "connected");
        row("one is refused", Refused, Flying, "connected");
        row("one is still coming", Connecting, Flying, "connected");
        row("both are refused", Refused, Refused, "refused");
        row("one is refused, one coming", Refused, Connecting, "connecting");
    }
    void lampsOfRelays()
    {
        QFETCH(const KiteState, first);
        QFETCH(const KiteState, second);
        QFETCH(const QString, state);
        Flights flights(true);
        flights.add(kiteA, QStringLiteral("r:1"));
        flights.add(kiteB, QStringLiteral("r:1"));
        flights.take(news(kiteA, "r:1", first, DownReason::BadSecret));
        flights.take(news(kiteB, "r:1", second, DownReason::BadSecret));
        const auto relays = flights.describe();
        QCOMPARE(relays.size(), 1);
        QCOMPARE(relays[0][QLatin1String("state")].toString(), state);
        QCOMPARE(relays[0][QLatin1String("reason")].toString(),
                 state == u"connected" ? QString() : QStringLiteral("bad-secret"));
        QCOMPARE(relays[0][QLatin1String("kites")].toArray().size(), 2);
    }

    void eachRelayByItselfAndSinceWhen()
    {
        test::FakeClock clock;
        Flights flights(true, clock);
        flights.add(kiteA, QStringLiteral("up:1"));
        flights.add(kiteA, QStringLiteral("down:2"));
        clock.advance(std::chrono::seconds(10));
        flights.take(news(kiteA, "up:1", KiteState::Flying));
        flights.take(news(kiteA, "down:2", KiteState::Connecting, DownReason::Unreachable));
        const auto relays = flights.describe();
        QCOMPARE(relays.size(), 2);
        QCOMPARE(relays[0][QLatin1String("since")].toString(),
                 QStringLiteral("2023-11-14T22:13:30Z"));
        QCOMPARE(relays[1][QLatin1String("since")].toString(),
                 QStringLiteral("2023-11-14T22:13:20Z")); // still trying
        QCOMPARE(relays[1][QLatin1String("reason")].toString(), QStringLiteral("unreachable"));
        QVERIFY(relays[1][QLatin1String("kites")][0][QLatin1String("url")].isUndefined());
        flights.remove(QStringLiteral("down:2"));
        QCOMPARE(flights.describe().size(), 1);
    }

    void text()
    {
        const auto status = parsed(
            "{'since': '2020-01-02T03:04:05Z', 'kites': [ "
            "{'kite': 'http:a.test', 'target': 'localhost:3000', 'in': 999, 'out': 12345678, "
            "'visitors': 1, 'visits': 7}], 'relays': [ "
            "{'relay': 'up:1', 'state': 'connected', 'quota': {'kb': 512, 'days': 3}, 'kites': [ "
            "{'kite': 'http:a.test', 'state': 'connected', 'url': 'http://a.test/'}]}, "
            "{'relay': 'down:2', 'state': 'connecting', 'reason': 'unreachable', 'kites': [ "
            "{'kite': 'http:a.test', 'state': 'connecting', 'reason': 'unreachable'}]}], "
            "'relay': {'ports': [80, 443], 'kites': 1, 'links': 1, 'visitors': 2, 'in': 1, 'out': "
            "2, "
            "'flying': [{'kite': 'http:b.test', 'connector': '192.0.2.1:5'}]}}");
        const auto words = statusText({{77, status}}, Lamps::Words);
        for (const char *part :
             {"kite, process 77 since 2020-01-0", "http:a.test -> localhost:3000\n",
              "1 visitor now, 7 since the start, 999 bytes in, 12 MB out",
              "  up:1  connected\n      quota: 512.0 kB left, 3 days left\n",
              "      http://a.test/\n", "  down:2  connecting, unreachable\n",
              "a relay on port 80,443: 1 kite of 1 connector, 2 visitors now",
              "http:b.test  from 192.0.2.1:5"})
            QVERIFY2(words.contains(QLatin1String(part)), qPrintable(words));
        QVERIFY(!words.contains(QChar(0x1b)) && !words.contains(QChar(0x25cf)));
        const auto colours = statusText({{77, status}}, Lamps::Colours);
        QVERIFY(colours.contains(QStringLiteral("\x1b[32m\u25cf\x1b[0m up:1")));
        QVERIFY(colours.contains(QStringLiteral("\x1b[33m\u25cb\x1b[0m down:2")));
        QCOMPARE(statusText({}, Lamps::Words).count(QLatin1Char('\n')), 1);
        QVERIFY(statusText({{78, {}}}, Lamps::Words).contains(u"78: does not answer"));
        QCOMPARE(statusJson({{77, status}, {78, {}}}).count(QLatin1Char('\n')), 2);
    }

    void anotherUsersQuotaMayBeAnything()
    {
        const auto status = parsed(
            "{'relays': [{'relay': 'a:1', 'quota': {'kb': 9223372036854775807, 'days': -5}}, "
            "{'relay': 'b:1', 'quota': 'much'}, {'relay': 'c:1', 'quota': {'kb': 'x'}}]}");
        const auto words = statusText({{77, status}}, Lamps::Words);
        QCOMPARE(words.count(u"quota:"), 1);
        QVERIFY2(words.contains(u"B left\n"), qPrintable(words));
    }

    void nobodyCommandsTerminals()
    {
        const auto status = parsed("{'kites': [{'kite': '\\u001b[2Jx\\u009b'}]}");
        const auto words = statusText({{77, status}}, Lamps::Words);
        QVERIFY(words.contains(u"?[2Jx?"));
    }

#ifdef Q_OS_UNIX
    void answersWhoeverAsks()
    {
        const QTemporaryDir folder;
        int times = 0;
        StatusBoard board([&] { return QJsonObject {{QStringLiteral("times"), ++times}}; });
        QVERIFY(board.open(folder.path()));
        const auto files = QDir(folder.path()).entryInfoList(QDir::System);
        QCOMPARE(files.size(), 1);
        QVERIFY(!(files[0].permissions()
                  & (QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther)));
        for (int i = 1; i <= 3; ++i) {
            const auto asked = askFromElsewhere(folder.path());
            QCOMPARE(asked.size(), 1);
            QCOMPARE(asked[0].pid, QCoreApplication::applicationPid());
            QCOMPARE(asked[0].status[QLatin1String("times")].toInt(), i);
        }
    }

    void goesWithItsProcess()
    {
        const QTemporaryDir folder;
        {
            StatusBoard board([] { return QJsonObject(); });
            QVERIFY(board.open(folder.path()));
        }
        QVERIFY(QDir(folder.path()).isEmpty(QDir::System | QDir::Files));
    }

    void takesAwayWhatDeadOnesLeft()
    {
        const QTemporaryDir folder;
        // sockets that nobody serves: of a process that cannot be, and of one that lives
        for (const QString &pid : {QStringLiteral("2147483646"), QStringLiteral("1")}) {
            QLocalServer server;
            const QString path = folder.filePath(pid + QLatin1String(".status"));
            QVERIFY(server.listen(path));
            QVERIFY(QFile::rename(path, path + QLatin1String(".kept"))); // before it tidies up
            server.close();
            QVERIFY(QFile::rename(path + QLatin1String(".kept"), path));
        }
        QCOMPARE(askStatus({folder.path()}).size(), 0);
        QCOMPARE(QDir(folder.path()).entryList(QDir::System),
                 QStringList {QStringLiteral("1.status")});
    }

    void nowhereToTell()
    {
        StatusBoard board([] { return QJsonObject(); });
        QVERIFY(!board.open({}));
        QVERIFY(!board.open(QStringLiteral("/no/such/folder")));
        QVERIFY(askStatus({QStringLiteral("/no/such/folder")}).isEmpty());
    }
#endif
};

QTEST_GUILESS_MAIN(TestStatus)
#include "tst_status.moc"
