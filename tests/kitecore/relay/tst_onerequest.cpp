#include <QTest>

#include "kitecore/net/loop.h"
#include "kitecore/relay/onerequest.h"
#include "tests/support/loopback.h"
#include "tests/support/slicing.h"
#include "tests/support/streamdriver.h"

using namespace kite;
using namespace kite::test;
using relay::OneRequest;

namespace {

/// A proxy whose first bytes were read by a relay.
struct Proxy
{
    explicit Proxy(net::Loop &loop, QByteArrayView first)
    {
        auto [far, near] = net::streamPair(loop);
        proxy = std::make_unique<StreamDriver>(std::move(far));
        auto made = OneRequest::from(first, loop, near);
        if (!made)
            return;
        auto one = std::move(made).value();
        head = one.head;
        relay = std::make_unique<StreamDriver>(std::move(one.stream));
    }

    QByteArray passed() const { return head + relay->received; }

    std::unique_ptr<StreamDriver> proxy;
    QByteArray head;
    std::unique_ptr<StreamDriver> relay; ///< null: there is no such request
};

/// Whole answers are told to be the last ones, those in pieces as they are.
QByteArray withoutClosing(QByteArray answer)
{
    return answer.replace("\r\nConnection: close\r\n", "\r\n");
}

const QByteArray plain = "GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n";
const QByteArray upgrade = "GET / HTTP/1.1\r\nHost: a.test\r\nUpgrade: websocket\r\n"
                           "Connection: keep-alive, Upgrade\r\n\r\n";

} // namespace

class TestOneRequest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void heads_data();
    void heads();
    void badHeads_data();
    void badHeads();
    void bodies_data();
    void bodies();
    void bodiesThatMakeNoSense();
    void theEndOfTheProxyIsPassedOn();
    void otherProtocols_data();
    void otherProtocols();
    void refusedChangesEndTheConnection();
    void refusedBodiesEndTheConnection();
    void answersAreTheLast_data();
    void answersAreTheLast();
    void answersGoBack();
};

void TestOneRequest::heads_data()
{
    QTest::addColumn<QByteArray>("said");
    QTest::addColumn<QByteArray>("passed");
    const auto row = [](const char *name, const QByteArray &said, const QByteArray &passed) {
        QTest::newRow(name) << said << passed;
    };
    const QByteArray begin = "GET /?a=%20b HTTP/1.1\r\nhost:  a.test \r\n";
    row("says nothing", begin + "\r\n", begin + "Connection: close\r\n\r\n");
    row("keeps alive", begin + "connection: Keep-Alive\r\nKEEP-ALIVE: timeout=5\r\nX: y\r\n\r\n",
        begin + "X: y\r\nConnection: close\r\n\r\n");
    row("several", begin + "Connection: keep-alive\r\nConnection: te\r\n\r\n",
        begin + "Connection: close\r\n\r\n");
    row("closes already", begin + "Connection: close\r\n\r\n", begin + "Connection: close\r\n\r\n");
    row("whom it brings", begin + "X-Forwarded-For: 192.0.2.1\r\n\r\n",
        begin + "X-Forwarded-For: 192.0.2.1\r\nConnection: close\r\n\r\n");
    row("blank line in front", "\r\n" + begin + "\r\n", begin + "Connection: close\r\n\r\n");
    row("HTTP/1.0", "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
        "GET / HTTP/1.0\r\nConnection: close\r\n\r\n");
    row("upgrade", upgrade, upgrade);
    row("upgrade, other case", begin + "UPGRADE: x\r\nCONNECTION: UPGRADE\r\n\r\n",
        begin + "UPGRADE: x\r\nCONNECTION: UPGRADE\r\n\r\n");
    const QByteArray head = "HEAD / HTTP/1.1\r\nHost: a.test\r\nUpgrade: x\r\n";
    row("upgrade of what has no body", head + "Connection: upgrade\r\n\r\n",
        head + "Connection: close\r\n\r\n");
    row("upgrade that is not for this connection", begin + "Upgrade: websocket\r\n\r\n",
        begin + "Upgrade: websocket\r\nConnection: close\r\n\r\n");
    row("upgrade without a protocol", begin + "Connection: upgrade\r\n\r\n",
        begin + "Connection: close\r\n\r\n");
    row("upgrade in HTTP/1.0",
        "GET / HTTP/1.0\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n",
        "GET / HTTP/1.0\r\nUpgrade: websocket\r\nConnection: close\r\n\r\n");
}

void TestOneRequest::heads()
{
    QFETCH(const QByteArray, said);
    QFETCH(const QByteArray, passed);
    net::Loop loop;
    const Proxy proxy(loop, said);
    QVERIFY(proxy.relay);
    QCOMPARE(proxy.head, passed);
}

void TestOneRequest::badHeads_data()
{
    QTest::addColumn<QByteArray>("said");
    QTest::newRow("LF") << QByteArray("GET / HTTP/1.1\nHost: a.test\n\n");
    QTest::newRow("length and chunks")
        << QByteArray("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 1\r\n"
                      "Transfer-Encoding: chunked\r\n\r\n");
    QTest::newRow("two hosts") << QByteArray("GET / HTTP/1.1\r\nHost: a.test\r\n"
                                             "Host: a.test\r\n\r\n");
    QTest::newRow("not whole") << QByteArray("GET / HTTP/1.1\r\nHost: a.test\r\n");
}

/// The stream stays with whoever answers.
void TestOneRequest::badHeads()
{
    QFETCH(const QByteArray, said);
    net::Loop loop;
    auto [far, near] = net::streamPair(loop);
    QVERIFY(!OneRequest::from(said, loop, near));
    QVERIFY(near);
}

void TestOneRequest::bodies_data()
{
    QTest::addColumn<QByteArray>("head");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("more");
    QTest::addColumn<bool>("ends");
    const auto row = [](const char *name, const QByteArray &field, const QByteArray &body,
                        const QByteArray &more, bool ends) {
        QTest::newRow(name) << "POST / HTTP/1.1\r\nHost: a.test\r\n" + field << body << more
                            << ends;
    };
    const QByteArray length = "Content-Length: 5\r\n";
    const QByteArray chunked = "Transfer-Encoding: chunked\r\n";
    const QByteArray chunks = "4\r\nabcd\r\n1;x=y\r\ne\r\n0\r\nX-Sum: 1\r\n\r\n";
    row("none", {}, {}, {}, false);
    row("none, another request", {}, {}, plain, true);
    row("length", length, "abcde", {}, false);
    row("length, another request", length, "abcde", plain, true);
    row("length, line ends", length, "abcde", "\r\n\n", false);
    row("length, line ends and another request", length, "abcde", "\r\n" + plain, true);
    row("chunks", chunked, chunks, {}, false);
    row("chunks, another request", chunked, chunks, plain, true);
    row("chunks, one byte", chunked, chunks, "x", true);
}

void TestOneRequest::bodies()
{
    QFETCH(const QByteArray, head);
    QFETCH(const QByteArray, body);
    QFETCH(const QByteArray, more);
    QFETCH(const bool, ends);
    const auto passed = head + "Connection: close\r\n\r\n" + body;
    const auto all = head + "\r\n" + body + more;
    const auto headBytes = head.size() + 2;
    forEachSlicing(all.size(), [&](qsizetype slice) {
        net::Loop loop;
        const auto first = std::max(headBytes, slice); // a relay waits for the whole head
        Proxy proxy(loop, all.first(std::min(first, all.size())));
        QVERIFY(proxy.relay);
        inSlices(QByteArrayView(all).sliced(std::min(first, all.size())), slice,
                 [&](QByteArrayView part) {
                     proxy.proxy->send(part);
                     QCoreApplication::processEvents();
                 });
        QVERIFY(eventually([&] { return proxy.passed() == passed; }));
        if (ends)
            QVERIFY(eventually([&] { return proxy.relay->ended; }));
        else
            QVERIFY(!proxy.relay->isOver());
        QCOMPARE(proxy.passed(), passed);
    });
}

void TestOneRequest::bodiesThatMakeNoSense()
{
    net::Loop loop;
    Proxy proxy(loop, "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n0x1");
    proxy.proxy->send("\r\na\r\n0\r\n\r\n");
    QVERIFY(eventually([&] { return proxy.relay->failed; }));
}

void TestOneRequest::theEndOfTheProxyIsPassedOn()
{
    net::Loop loop;
    const Proxy proxy(loop, plain);
    proxy.proxy->finish();
    QVERIFY(eventually([&] { return proxy.relay->ended; }));
}

void TestOneRequest::otherProtocols_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<QByteArray>("passed");
    const QByteArray said = "more";
    QTest::newRow("granted") << QByteArray("HTTP/1.1 101 Yes\r\nUpgrade: x\r\n\r\n") << said;
    QTest::newRow("granted after a hint")
        << QByteArray("HTTP/1.1 103 Hint\r\n\r\nHTTP/1.1 101 Yes\r\n\r\n") << said;
    QTest::newRow("refused") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                             << QByteArray();
    QTest::newRow("refused at length")
        << QByteArray("HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 101 Yes") << QByteArray();
    QTest::newRow("not answered yet") << QByteArray() << QByteArray();
    QTest::newRow("in the middle of granting")
        << QByteArray("HTTP/1.1 101 Yes\r\n") << QByteArray();
}

/// In each slicing of the answer.
void TestOneRequest::otherProtocols()
{
    QFETCH(const QByteArray, answer);
    QFETCH(const QByteArray, passed);
    forEachSlicing(answer.size(), [&](qsizetype slice) {
        net::Loop loop;
        Proxy proxy(loop, upgrade);
        inSlices(answer, slice, [&](QByteArrayView part) { proxy.relay->send(part); });
        QVERIFY(eventually([&] { return withoutClosing(proxy.proxy->received) == answer; }));
        proxy.proxy->send("more");
        if (passed.isEmpty())
            QVERIFY(eventually([&] { return proxy.relay->ended; }));
        QVERIFY(eventually([&] { return proxy.relay->received == passed; }));
    });
}

/// Also where the other protocol begins in spite of that.
void TestOneRequest::refusedChangesEndTheConnection()
{
    const QByteArray refusal
        = "HTTP/1.1 103 Hint\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody";
    for (const QByteArray &answer : {refusal, refusal + "HTTP/1.1 101 Yes\r\n\r\n"}) {
        forEachSlicing(answer.size(), [&](qsizetype slice) {
            net::Loop loop;
            const Proxy proxy(loop, upgrade);
            inSlices(answer, slice, [&](QByteArrayView part) { proxy.relay->send(part); });
            QVERIFY(eventually([&] { return proxy.proxy->ended; }));
            QVERIFY(withoutClosing(proxy.proxy->received).startsWith(refusal));
            QVERIFY(!proxy.relay->failed);
            QVERIFY(eventually([&] { return proxy.relay->ended; })); // though the proxy stays
        });
    }
}

void TestOneRequest::refusedBodiesEndTheConnection()
{
    net::Loop loop;
    const Proxy proxy(loop,
                      "POST / HTTP/1.1\r\nHost: a.test\r\nUpgrade: x\r\n"
                      "Connection: upgrade\r\nContent-Length: 4\r\n\r\nbo");
    proxy.relay->send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    QVERIFY(eventually([&] { return proxy.proxy->ended; }));
    QVERIFY(!proxy.relay->ended);
    proxy.proxy->send("dy");
    QVERIFY(eventually([&] { return proxy.relay->ended; }));
    QCOMPARE(proxy.relay->received, "body");
}

void TestOneRequest::answersAreTheLast_data()
{
    QTest::addColumn<QByteArray>("request");
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<QByteArray>("passed");
    const auto row = [](const char *name, const QByteArray &request, const QByteArray &begin,
                        const QByteArray &rest) {
        QTest::newRow(name) << request << begin + rest << begin + "Connection: close\r\n" + rest;
    };
    const QByteArray ok = "HTTP/1.1 200 OK\r\n";
    const QByteArray head = "HEAD / HTTP/1.1\r\nHost: a.test\r\n\r\n";
    row("length", plain, ok, "Content-Length: 4\r\n\r\nbody");
    row("no body", plain, "HTTP/1.1 204 No\r\n", "\r\n");
    row("chunks", plain, ok, "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n");
    row("keeps alive", plain, ok, "Connection: keep-alive\r\nContent-Length: 0\r\n\r\n");
    row("behind hints", plain, "HTTP/1.1 103 Hint\r\nLink: x\r\n\r\n" + ok,
        "Content-Length: 4\r\n\r\nbody");
    row("head only", head, ok, "Content-Length: 4\r\n\r\n");
    row("refused change", upgrade, "HTTP/1.1 426 No\r\n", "Content-Length: 0\r\n\r\n");
}

/// Though neither who answers nor the proxy ends the connection.
void TestOneRequest::answersAreTheLast()
{
    QFETCH(const QByteArray, request);
    QFETCH(const QByteArray, answer);
    QFETCH(const QByteArray, passed);
    net::Loop loop;
    const Proxy proxy(loop, request);
    proxy.relay->send(answer);
    QVERIFY(eventually([&] { return proxy.proxy->ended && proxy.relay->ended; }));
    QCOMPARE(proxy.proxy->received, passed);
}

void TestOneRequest::answersGoBack()
{
    net::Loop loop;
    const Proxy proxy(loop, plain);
    const auto answer = pattern(1'000'000);
    proxy.relay->send(answer);
    proxy.relay->finish();
    QVERIFY(eventually([&] { return proxy.proxy->ended; }));
    QCOMPARE(proxy.proxy->received, answer);
}

QTEST_GUILESS_MAIN(TestOneRequest)
#include "tst_onerequest.moc"
