#include <QTemporaryDir>
#include <QTest>

#include "kitecore/relay/awaypages.h"
#include "tests/support/relayfixture.h"
#include "tests/support/vectors.h"

using namespace kite;
using namespace kite::relay;
using namespace kite::test;
using Why = AwayPages::Why;

namespace {

const QByteArray uuid(40, '5');
const RelayOptions plainOptions;
const Circumstances calm;

QByteArray headerOf(const QByteArray &answer, const QByteArray &name)
{
    for (const auto &line : answer.split('\n')) {
        if (line.startsWith(name + ": "))
            return line.mid(name.size() + 2).trimmed();
    }
    return {};
}

QByteArray frameOf(const QByteArray &answer)
{
    const auto begin = answer.indexOf(" src=\"") + 6;
    return begin < 6 ? QByteArray() : answer.mid(begin, answer.indexOf('"', begin) - begin);
}

} // namespace

class TestAwayPages : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void framesAsPageKiteDoes_data();
    void framesAsPageKiteDoes();
    void choosesThePage();
    void harmsNobody();
    void saysItInTheVisitorsProtocol();
    void pingIsAnsweredWithinTheFirstBytes();
    void hintsAndOverloadStandWherePeersLook();
    void visitorsSeeThem();
    void overloadIsSeenByPings();
};

void TestAwayPages::framesAsPageKiteDoes_data()
{
    QTest::addColumn<QJsonObject>("recorded");
    const auto vectors = readVectors(QStringLiteral(KITE_TEST_DATA "/error_pages.json")).array();
    int row = 0;
    for (const auto &recorded : vectors) {
        if (recorded[QStringLiteral("options")].toObject().contains(u"frame_url"))
            QTest::addRow("%d", ++row) << recorded.toObject();
    }
    QCOMPARE(row, 2);
}

void TestAwayPages::framesAsPageKiteDoes()
{
    QFETCH(const QJsonObject, recorded);
    const auto wanted = recorded[QStringLiteral("options")].toObject();
    const bool rejected = wanted.contains(u"other_details");
    const auto relay = fromText(wanted[QStringLiteral("relay_sockname")][0]);
    RelayOptions options;
    options.errorPages = {{{}, fromText(wanted[QStringLiteral("frame_url")])}};
    const AwayPages pages(options, uuid, calm);
    const auto page = pages.words(fromText(recorded[QStringLiteral("proto")]),
                                  fromText(recorded[QStringLiteral("domain")]),
                                  rejected ? Why::TooManyVisitors : Why::NotFlying, relay);
    const auto theirs = fromText(recorded[QStringLiteral("text")]);
    QCOMPARE(frameOf(page), frameOf(theirs));
    QCOMPARE(page.split('\r').first(), theirs.split('\r').first());
    QVERIFY(page.contains("<noframes><h1>Sorry! (fe)</h1>"));
}

void TestAwayPages::choosesThePage()
{
    RelayOptions options;
    options.errorPages = {{{}, "http://general/"}, {"kite.test", "http://kite/"}};
    const auto pageFor = [&](const char *host) {
        return AwayPages(options, uuid, calm).pageFor("http", host, Why::NotFlying, {});
    };
    QCOMPARE(pageFor("a.kite.test"), "http://kite/");
    QCOMPARE(pageFor("a.example"), "http://general/");
    options.errorPages.remove({});
    QVERIFY(pageFor("a.example").isEmpty());
}

void TestAwayPages::harmsNobody()
{
    RelayOptions options;
    options.errorPages = {{{}, "http://page/?\"><script>"}};
    const auto page
        = AwayPages(options, uuid, calm).words("http", "a\"<b>&c", Why::NotFlying, "::1%\"<x>");
    QVERIFY(!page.contains("<script>"));
    QVERIFY(!page.contains("<b>&"));
    QVERIFY(!page.contains("<x>"));
    QCOMPARE(frameOf(page),
             "http://page/?&quot;&gt;&lt;script&gt;&amp;where=FE&amp;proto=http"
             "&amp;domain=a%22%3Cb%3E%26c&amp;relay=%3A%3A1%25%22%3Cx%3E");
}

void TestAwayPages::saysItInTheVisitorsProtocol()
{
    RelayOptions options;
    options.errorPages = {{{}, "http://page/"}};
    const AwayPages pages(options, uuid, calm);
    QVERIFY(pages.words("websocket", "a.test").startsWith("HTTP/1.1 503 Unavailable\r\n"));
    QCOMPARE(pages.words("https", "a.test"), QByteArray::fromHex("15030300020231"));
    QCOMPARE(pages.words("raw", "a.test"), "");
}

/// libpagekite reads 120 bytes of the answer, and both compare its first line.
void TestAwayPages::pingIsAnsweredWithinTheFirstBytes()
{
    Circumstances circumstances;
    const AwayPages pages(plainOptions, uuid, circumstances);
    circumstances.setOverloaded(true);
    circumstances.setDnsHints({"a.test 192.0.2.1"});
    const auto answer = pages.pingAnswer();
    QVERIFY(answer.startsWith("HTTP/1.1 503 Unavailable\r\n"));
    QVERIFY(answer.first(120).contains("X-PageKite-UUID: " + uuid + "\r\n"));
    QVERIFY(answer.first(120).contains("X-PageKite-Overloaded: Sorry\r\n"));
}

void TestAwayPages::hintsAndOverloadStandWherePeersLook()
{
    Circumstances circumstances;
    const AwayPages pages(plainOptions, uuid, circumstances);
    QVERIFY(!pages.pingAnswer().contains("Overloaded"));
    circumstances.setOverloaded(true);
    circumstances.setDnsHints({"a.test 192.0.2.1,192.0.2.2", "b.test 2001:db8::1"});
    const auto head = pages.pingAnswer();
    QVERIFY(head.startsWith("HTTP/1.1 503 Unavailable\r\nX-PageKite-Overloaded: Sorry\r\n"
                            "X-PageKite-UUID: "
                            + uuid
                            + "\r\nX-DNS: a.test 192.0.2.1,192.0.2.2\r\nX-DNS: b.test "
                              "2001:db8::1\r\n"));
    const auto page = pages.words("http", "a.test");
    QCOMPARE(headerOf(page, "X-PageKite-Overloaded"), "Sorry");
    QCOMPARE(headerOf(page, "X-DNS"), "");
    circumstances.setOverloaded(false);
    QVERIFY(!pages.words("http", "a.test").contains("Overloaded"));
}

void TestAwayPages::visitorsSeeThem()
{
    auto options = relayOptions();
    options.errorPages = {{"kite.test", "http://errors.test/?x"}};
    options.visitorRates = {{{}, {1, std::chrono::seconds(900)}}};
    RelayFixture relay(options);
    QCOMPARE(frameOf(relay.answerTo(get("a.kite.test"))),
             "http://errors.test/?x&amp;where=FE&amp;proto=http&amp;domain=a.kite.test");
    QCOMPARE(frameOf(relay.answerTo(get("a.example"))), "");

    const auto connector = relay.connector();
    QVERIFY(connector->fly({"http:a.kite.test"}));
    const auto visitor = relay.visitor(get("a.kite.test"));
    QVERIFY(connector->readChunk());
    const auto refused
        = relay.answerTo("GET / HTTP/1.1\r\nHost: a.kite.test\r\nUser-Agent: x\r\n\r\n");
    QVERIFY(frameOf(refused).endsWith("&amp;rejected=ips_per_sec"));
}

void TestAwayPages::overloadIsSeenByPings()
{
    const QTemporaryDir folder;
    QFile file(folder.filePath(QStringLiteral("limit")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("0\n");
    file.close();
    auto options = relayOptions();
    options.overload.connections = 100;
    options.overload.file = file.fileName();
    options.upgrades = {"2;x;y;http://h/;http://f/"};
    RelayFixture relay(options);
    const auto ping = relay.answerTo("HEAD /ping HTTP/1.1\r\nHost: ping.pagekite\r\n\r\n");
    QCOMPARE(headerOf(ping, "X-PageKite-Overloaded"), "Sorry");
    QCOMPARE(relay.connector()->greet({"http:a.kite.test"}).upgrades, options.upgrades);
}

QTEST_GUILESS_MAIN(TestAwayPages)
#include "tst_awaypages.moc"
