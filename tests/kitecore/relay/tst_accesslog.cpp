#include <atomic>
#include <mutex>

#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

#include "kitecore/relay/accessline.h"
#include "kitecore/relay/accesslog.h"
#include "tests/support/relayfixture.h"

using namespace kite;
using namespace kite::test;
using namespace std::chrono_literals;
using relay::Access;
using relay::AccessLog;

namespace {

QByteArray contents(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("(not there)");
}

Access accessOf(const QByteArray &head)
{
    Access access;
    access.address = QStringLiteral("192.0.2.1");
    access.time = std::chrono::seconds(1'700'000'000);
    access.kite = "a.kite.test";
    access.protocol = "http";
    if (const auto request = http::parseRequestHead(head); request && *request)
        relay::describeRequest(**request, access);
    return access;
}

} // namespace

class TestAccessLog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void combinedFormat()
    {
        auto access = accessOf("GET /a?b=c HTTP/1.1\r\nHost: a.kite.test\r\n"
                               "Referer: http://b.test/x\r\nUser-Agent: curl/8\r\n\r\n");
        access.status = 200;
        access.in = 77;
        access.out = 1234;
        access.lasted = 56ms;
        QCOMPARE(relay::accessLine(access),
                 "192.0.2.1 - - [14/Nov/2023:22:13:20 +0000] \"GET /a?b=c HTTP/1.1\" 200 1234 "
                 "\"http://b.test/x\" \"curl/8\" kite=a.kite.test proto=http in=77 ms=56\n");
    }

    void streamsAndRefusals()
    {
        Access access;
        access.address = QStringLiteral("2001:db8::1");
        access.request = relay::streamRequest("https", "a.kite.test", 443);
        access.protocol = "https";
        access.refused = "not-flying";
        QCOMPARE(relay::accessLine(access),
                 "2001:db8::1 - - [01/Jan/1970:00:00:00 +0000] \"CONNECT a.kite.test:443 HTTPS\" - "
                 "0 \"-\" \"-\" kite=- proto=https in=0 ms=0 refused=not-flying\n");
    }

    /// Nobody asked for a connection there.
    void whatCannotBeReadIsNoRequest_data()
    {
        QTest::addColumn<QByteArray>("said");
        QTest::newRow("two lengths")
            << QByteArray("POST / HTTP/1.1\r\nHost: a.kite.test\r\nContent-Length: 1\r\n"
                          "Transfer-Encoding: chunked\r\n\r\n");
        QTest::newRow("folded") << QByteArray("GET / HTTP/1.1\r\nHost: a.kite.test\r\n b\r\n\r\n");
        QTest::newRow("version") << QByteArray("GET / HTTP/9.9\r\nHost: a.kite.test\r\n\r\n");
    }
    void whatCannotBeReadIsNoRequest()
    {
        QFETCH(const QByteArray, said);
        QByteArray written;
        auto options = relayOptions();
        options.accessLog = AccessLog::onto([&](const QByteArray &lines) { written += lines; });
        {
            RelayFixture relay(options);
            QVERIFY(relay.answerTo(said).startsWith("HTTP/1.1 "));
        }
        options.accessLog.reset(); // nothing is written any more
        QVERIFY2(written.contains("] \"-\" "), written.constData());
        QVERIFY2(written.contains(" refused=unreadable\n"), written.constData());
    }

    void requestsAreCleaned_data()
    {
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<QByteArray>("told");
        const auto row = [](const char *name, const char *target, const char *told) {
            QTest::newRow(name) << QByteArray(target) << QByteArray(told);
        };
        row("nothing to hide", "/a/b?c=d&e", "/a/b?c=d&e");
        row("user and password", "http://me:s3cret@a.test/x", "http://a.test/x");
        row("user alone", "http://s3cret@a.test", "http://a.test");
        row("an at sign in the path", "http://a.test/@me", "http://a.test/@me");
        row("an at sign in the password", "http://me:s3@cret@a.test/", "http://a.test/");
        row("a password", "/?user=me&password=s3cret", "/?user=me&password=***");
        row("a token", "/x?access_token=s3cret&y=1", "/x?access_token=***&y=1");
        row("upper case", "/x?APIKEY=s3cret", "/x?APIKEY=***");
        row("a name in disguise", "/x?%70assword=s3cret", "/x?%70assword=***");
        row("semicolons", "/x?a=1;sig=s3cret;b=2", "/x?a=1;sig=***;b=2");
        row("a name that only contains a short one", "/x?aside=1", "/x?aside=1");
        row("no value", "/x?token", "/x?token");
        row("empty parts", "/x?&&token=&", "/x?&&token=***&");
        row("quotes and backslashes", "/x\"y\\z", "/x\\x22y\\x5cz");
        row("bytes that are no ASCII", "/\xc3\xa4", "/\\xc3\\xa4");
    }
    void requestsAreCleaned()
    {
        QFETCH(const QByteArray, target);
        QFETCH(const QByteArray, told);
        const auto access = accessOf(
            "GET " + target + " HTTP/1.1\r\nHost: a.test\r\nReferer: " + target + "\r\n\r\n");
        const auto line = relay::accessLine(access);
        QVERIFY2(line.contains("\"GET " + told + " HTTP/1.1\""), line.constData());
        QVERIFY2(line.contains("\"" + told + "\" \"-\" kite="), line.constData());
        QVERIFY(!line.contains("s3cret"));
    }

    void nobodyWritesLinesOfTheirOwn()
    {
        Access access;
        access.address = QStringLiteral("192.0.2.1\n10.0.0.1");
        access.request = "GET /\r\nfake\x1b[2J\x7f HTTP/1.1";
        access.kite = "a b\nc";
        access.agent = QByteArray(100'000, 'x');
        const auto line = relay::accessLine(access);
        QCOMPARE(line.count('\n'), 1);
        QVERIFY(!line.contains('\x1b') && !line.contains('\r') && !line.contains('\x7f'));
        QVERIFY(line.contains(" kite=a\\x20b\\x0ac "));
        QVERIFY(line.size() < 4096);
    }

    void writesWhatItIsGivenAndMakesAFile()
    {
        const QTemporaryDir folder;
        const auto path = folder.filePath(QStringLiteral("access.log"));
        {
            auto log = AccessLog::open(path);
            QVERIFY(log);
            (*log)->add("one\n");
            (*log)->add("two\n");
            QVERIFY(eventually([&] { return contents(path) == "one\ntwo\n"; })); // by itself
            (*log)->add("three\n");
        }
        QCOMPARE(contents(path), "one\ntwo\nthree\n"); // at the end
#ifdef Q_OS_UNIX
        QVERIFY(!(QFile::permissions(path)
                  & (QFileDevice::WriteGroup | QFileDevice::ReadOther | QFileDevice::WriteOther)));
#endif
    }

    void goesOnInANewFile()
    {
        const QTemporaryDir folder;
        const auto path = folder.filePath(QStringLiteral("access.log"));
        const auto moved = folder.filePath(QStringLiteral("access.log.1"));
        {
            auto log = AccessLog::open(path);
            (*log)->add("one\n");
            QVERIFY(eventually([&] { return contents(path) == "one\n"; }));
            QVERIFY(QFile::rename(path, moved));
            (*log)->reopen();
            QVERIFY(eventually([&] { return QFileInfo::exists(path); }));
            (*log)->add("two\n");
        }
        QCOMPARE(contents(moved), "one\n");
        QCOMPARE(contents(path), "two\n");
    }

    void cannotOpen()
    {
        QVERIFY(!AccessLog::open(QStringLiteral("/no/such/folder/access.log")));
    }

#ifdef Q_OS_LINUX
    void aFullDiskIsSaidOnce()
    {
        auto log = AccessLog::open(QStringLiteral("/dev/full"));
        QVERIFY(log);
        static std::atomic<int> told = 0;
        const auto before
            = qInstallMessageHandler([](QtMsgType type, const QMessageLogContext &,
                                        const QString &) { told += type == QtWarningMsg; });
        (*log)->add("one\n");
        const bool first = eventually([&] { return (*log)->lost() == 1; });
        (*log)->add("two\nthree\n");
        const bool second = eventually([&] { return (*log)->lost() == 3; });
        qInstallMessageHandler(before);
        QVERIFY(first && second);
        QCOMPARE(told, 1);
    }
#endif

    /// Whoever adds lines does not wait; what finds no room is counted.
    void aSlowDiskKeepsNobody()
    {
        std::mutex disk;
        disk.lock();
        std::atomic<bool> isWriting = false;
        qsizetype written = 0;
        auto log = AccessLog::onto([&](const QByteArray &lines) {
            isWriting = true;
            const std::lock_guard guard(disk);
            written += lines.size();
        });
        const QByteArray line = QByteArray(1023, 'x') + '\n';
        log->add(line);
        QVERIFY(eventually([&] { return isWriting.load(); }));
        for (qsizetype bytes = 0; bytes < AccessLog::maxWaitingBytes; bytes += line.size())
            log->add(line);
        QCOMPARE(log->lost(), 0);
        log->add(line);
        QCOMPARE(log->lost(), 1);
        disk.unlock();
        log.reset();
        QCOMPARE(written, AccessLog::maxWaitingBytes + line.size());
    }
};

QTEST_GUILESS_MAIN(TestAccessLog)
#include "tst_accesslog.moc"
