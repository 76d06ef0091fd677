#include <QTest>

#include "kitecore/relay/kiteregistry.h"

using namespace kite;
using namespace kite::relay;

namespace {

LinkPtr linkNamed(quint64 id, const QByteArray &session = {})
{
    return std::make_shared<const LinkAddress>(
        LinkAddress {id, session.isEmpty() ? "session" + QByteArray::number(id) : session,
                     QStringLiteral("192.0.2.1:%1").arg(id), nullptr});
}

KiteId kiteNamed(const QByteArray &text)
{
    const auto kite = KiteId::parse(text);
    Q_ASSERT(kite);
    return *kite;
}

class Nowhere final : public net::Target
{
public:
    void visit(net::Loop &, std::unique_ptr<net::ByteStream>, const net::Visitor &) override {}
};

class NewsReader final : public QObject
{
};

} // namespace

class TestKiteRegistry : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void route_data();
    void route();
    void wildcardsServeNobodyElsesNames_data();
    void wildcardsServeNobodyElsesNames();
    void routeExactly_data();
    void routeExactly();
    void duplicates_data();
    void duplicates();
    void sameLinkMayAskAgain();
    void replaceTakesOverKiteByKite();
    void replaceNeedsTheSession();
    void releaseTakesOnlyItsOwn();
    void localGoesBeforeLink();
    void wildcardsAreForgotten();
    void newsInOrder();
};

void TestKiteRegistry::route_data()
{
    QTest::addColumn<QByteArrayList>("kites");
    QTest::addColumn<int>("asking");
    QTest::addColumn<int>("port");
    QTest::addColumn<QByteArray>("host");
    QTest::addColumn<QByteArray>("found");

    const auto row = [](const char *name, const QByteArrayList &kites, Asking asking, int port,
                        const QByteArray &host, const QByteArray &found) {
        QTest::newRow(name) << kites << int(asking) << port << host << found;
    };
    using enum Asking;
    row("exact", {"http:a.test", "http:b.test"}, Http, 80, "a.test", "http:a.test");
    row("nothing", {"http:a.test"}, Http, 80, "b.test", {});
    row("port before any port", {"http:a.test", "http-8080:a.test"}, Http, 8080, "a.test",
        "http-8080:a.test");
    row("other port", {"http:a.test", "http-8080:a.test"}, Http, 80, "a.test", "http:a.test");
    row("only another port", {"http-8080:a.test"}, Http, 80, "a.test", {});
    row("second choice", {"http3:a.test", "http2:a.test"}, Http, 80, "a.test", "http2:a.test");
    row("first choice", {"http2:a.test", "http:a.test"}, Http, 80, "a.test", "http:a.test");
    row("http does not reach websocket", {"websocket:a.test"}, Http, 80, "a.test", {});
    row("websocket first", {"http:a.test", "websocket:a.test"}, WebSocket, 80, "a.test",
        "websocket:a.test");
    row("websocket by http", {"http:a.test"}, WebSocket, 80, "a.test", "http:a.test");
    row("https", {"http:a.test", "https:a.test"}, Https, 443, "a.test", "https:a.test");
    row("https is not http", {"http:a.test"}, Https, 443, "a.test", {});
    row("wildcard", {"http:*.w.test"}, Http, 80, "a.w.test", "http:*.w.test");
    row("wildcard, any depth", {"http:*.w.test"}, Http, 80, "q.r.w.test", "http:*.w.test");
    row("wildcard is not its root", {"http:*.w.test"}, Http, 80, "w.test", {});
    row("longest wildcard", {"http:*.test", "http:*.w.test"}, Http, 80, "a.w.test",
        "http:*.w.test");
    row("name before wildcard", {"http:*.w.test", "http:a.w.test"}, Http, 80, "a.w.test",
        "http:a.w.test");
    row("name before wildcard of the port", {"http-80:*.w.test", "http:a.w.test"}, Http, 80,
        "a.w.test", "http:a.w.test");
    row("wildcard of the port before wildcard", {"http:*.w.test", "http-80:*.w.test"}, Http, 80,
        "a.w.test", "http-80:*.w.test");
    row("longer wildcard before wildcard of the port", {"http-80:*.test", "http:*.w.test"}, Http,
        80, "a.w.test", "http:*.w.test");
    row("name of the second protocol before wildcard of the first",
        {"http:*.w.test", "http2:a.w.test"}, Http, 80, "a.w.test", "http2:a.w.test");
    row("name before wildcard of websocket", {"websocket:*.w.test", "http:a.w.test"}, WebSocket, 80,
        "a.w.test", "http:a.w.test");
    row("unknown", {"http:unknown"}, Http, 80, "zz.test", "http:unknown");
    row("unknown comes last", {"http:unknown", "http3:*.w.test"}, Http, 80, "a.w.test",
        "http3:*.w.test");
    row("unknown for websocket", {"http:unknown"}, WebSocket, 80, "zz.test", "http:unknown");
    row("no dots, no wildcard", {"http:*.localhost"}, Http, 80, "localhost", {});
    row("below localhost", {"http:*.localhost"}, Http, 80, "a.localhost", "http:*.localhost");
}

void TestKiteRegistry::route()
{
    QFETCH(const QByteArrayList, kites);
    QFETCH(const int, asking);
    QFETCH(const int, port);
    QFETCH(const QByteArray, host);
    QFETCH(const QByteArray, found);

    KiteRegistry registry;
    for (const auto &kite : kites)
        registry.setLocal(kiteNamed(kite), std::make_shared<Nowhere>());
    const auto route = registry.find(Asking(asking), quint16(port), host);
    QCOMPARE(route ? route->kite.toByteArray() : QByteArray(), found);
}

void TestKiteRegistry::wildcardsServeNobodyElsesNames_data()
{
    QTest::addColumn<QByteArrayList>("owned");
    QTest::addColumn<QByteArrayList>("kites");
    QTest::addColumn<QByteArray>("found");
    const QByteArrayList wide {"http:*.test"};
    const QByteArrayList both {"http:*.test", "http:*.w.test"};
    QTest::newRow("nobody's") << QByteArrayList {"*.test", "b.w.test"} << wide
                              << QByteArray("http:*.test");
    QTest::newRow("a name's") << QByteArrayList {"*.test", "a.w.test"} << both << QByteArray();
    QTest::newRow("a name's that flies")
        << QByteArrayList {"*.test", "a.w.test"} << both + QByteArrayList {"http:a.w.test"}
        << QByteArray("http:a.w.test");
    QTest::newRow("a name's, and the catch-all")
        << QByteArrayList {"a.w.test"} << both + QByteArrayList {"http:unknown"}
        << QByteArray("http:unknown");
    QTest::newRow("a wildcard's") << QByteArrayList {"*.test", "*.w.test"} << wide << QByteArray();
    QTest::newRow("a wildcard's that flies")
        << QByteArrayList {"*.test", "*.w.test"} << both << QByteArray("http:*.w.test");
}

/// Nor does anybody wait for them.
void TestKiteRegistry::wildcardsServeNobodyElsesNames()
{
    QFETCH(const QByteArrayList, owned);
    QFETCH(const QByteArrayList, kites);
    QFETCH(const QByteArray, found);
    KiteRegistry registry;
    registry.setOwned({owned.cbegin(), owned.cend()});
    const auto link = linkNamed(1);
    for (const auto &kite : kites)
        QVERIFY(registry.claim(kiteNamed(kite), link).granted);
    const auto route = registry.find(Asking::Http, 80, "a.w.test");
    QCOMPARE(route ? route->kite.toByteArray() : QByteArray(), found);
    registry.release(*link);
    const bool isServed = !found.isEmpty() && found != "http:unknown";
    QCOMPARE(registry.isMissed(Asking::Http, 80, "a.w.test"), isServed);
}

void TestKiteRegistry::routeExactly_data()
{
    QTest::addColumn<QByteArray>("kite");
    QTest::addColumn<int>("asking");
    QTest::addColumn<int>("port");
    QTest::addColumn<bool>("found");

    QTest::newRow("raw") << QByteArray("raw:a.test") << int(Asking::Raw) << 22 << true;
    QTest::newRow("raw port") << QByteArray("raw-22:a.test") << int(Asking::Raw) << 22 << true;
    QTest::newRow("other port") << QByteArray("raw-22:a.test") << int(Asking::Raw) << 23 << false;
    QTest::newRow("wildcard") << QByteArray("raw:*.test") << int(Asking::Raw) << 22 << false;
    QTest::newRow("unknown") << QByteArray("raw:unknown") << int(Asking::Raw) << 22 << false;
    QTest::newRow("http2") << QByteArray("http2:a.test") << int(Asking::Http) << 80 << true;
}

void TestKiteRegistry::routeExactly()
{
    QFETCH(const QByteArray, kite);
    QFETCH(const int, asking);
    QFETCH(const int, port);
    QFETCH(const bool, found);

    KiteRegistry registry;
    QVERIFY(registry.claim(kiteNamed(kite), linkNamed(1)).granted);
    QCOMPARE(registry.findExactly(Asking(asking), quint16(port), "a.test").has_value(), found);
}

void TestKiteRegistry::duplicates_data()
{
    QTest::addColumn<QByteArray>("first");
    QTest::addColumn<QByteArray>("second");
    QTest::addColumn<bool>("granted");

    QTest::newRow("same") << QByteArray("http:a.test") << QByteArray("http:a.test") << false;
    QTest::newRow("another name") << QByteArray("http:a.test") << QByteArray("http:b.test") << true;
    QTest::newRow("another protocol")
        << QByteArray("http:a.test") << QByteArray("https:a.test") << true;
    QTest::newRow("another port") << QByteArray("http:a.test") << QByteArray("http-80:a.test")
                                  << true;
    QTest::newRow("below a wildcard")
        << QByteArray("http:*.test") << QByteArray("http:a.test") << true;
    QTest::newRow("wildcard below a wildcard")
        << QByteArray("http:*.test") << QByteArray("http:*.w.test") << true;
    QTest::newRow("same wildcard")
        << QByteArray("http:*.test") << QByteArray("http:*.test") << false;
    QTest::newRow("wildcard over a name")
        << QByteArray("http:a.test") << QByteArray("http:*.test") << true;
}

void TestKiteRegistry::duplicates()
{
    QFETCH(const QByteArray, first);
    QFETCH(const QByteArray, second);
    QFETCH(const bool, granted);

    KiteRegistry registry;
    const auto older = linkNamed(1);
    QVERIFY(registry.claim(kiteNamed(first), older).granted);
    const auto claim = registry.claim(kiteNamed(second), linkNamed(2));
    QCOMPARE(claim.granted, granted);
    QCOMPARE(claim.holder, granted ? nullptr : older);
}

void TestKiteRegistry::sameLinkMayAskAgain()
{
    KiteRegistry registry;
    const auto link = linkNamed(1);
    QVERIFY(registry.claim(kiteNamed("http:*.test"), link).granted);
    QVERIFY(registry.claim(kiteNamed("http:a.test"), link).granted);
    QVERIFY(registry.claim(kiteNamed("http:a.test"), link).granted);
    QCOMPARE(registry.countOf(*link), 2);
}

void TestKiteRegistry::replaceTakesOverKiteByKite()
{
    KiteRegistry registry;
    const auto older = linkNamed(1, "old");
    const auto newer = linkNamed(2, "new");
    QVERIFY(registry.claim(kiteNamed("http:a.test"), older).granted);
    QVERIFY(registry.claim(kiteNamed("http:b.test"), older).granted);
    QVERIFY(registry.isFlying("old"));

    const auto claim = registry.claim(kiteNamed("http:a.test"), newer, {"other", "old"});
    QVERIFY(claim.granted);
    QCOMPARE(claim.holder, older);
    QCOMPARE(registry.find(Asking::Http, 80, "a.test")->link, newer);
    QCOMPARE(registry.find(Asking::Http, 80, "b.test")->link, older);
    QCOMPARE(registry.countOf(*older), 1);

    QVERIFY(registry.claim(kiteNamed("http:b.test"), newer, {"old"}).granted);
    QCOMPARE(registry.countOf(*older), 0);
    QVERIFY(!registry.isFlying("old"));
}

void TestKiteRegistry::replaceNeedsTheSession()
{
    KiteRegistry registry;
    const auto older = linkNamed(1, "old");
    QVERIFY(registry.claim(kiteNamed("http:a.test"), older).granted);
    const auto claim = registry.claim(kiteNamed("http:a.test"), linkNamed(2), {"olf"});
    QVERIFY(!claim.granted);
    QCOMPARE(claim.holder, older);
}

void TestKiteRegistry::releaseTakesOnlyItsOwn()
{
    KiteRegistry registry;
    const auto older = linkNamed(1, "old");
    const auto newer = linkNamed(2);
    QVERIFY(registry.claim(kiteNamed("http:a.test"), older).granted);
    QVERIFY(registry.claim(kiteNamed("http:b.test"), older).granted);
    QVERIFY(registry.claim(kiteNamed("http:a.test"), newer, {"old"}).granted);
    registry.release(*older);
    QVERIFY(registry.find(Asking::Http, 80, "a.test"));
    QVERIFY(!registry.find(Asking::Http, 80, "b.test"));
    registry.release(*older);
    registry.release(*newer);
    QVERIFY(!registry.find(Asking::Http, 80, "a.test"));
}

void TestKiteRegistry::localGoesBeforeLink()
{
    KiteRegistry registry;
    const auto kite = kiteNamed("http:a.test");
    const auto target = std::make_shared<Nowhere>();
    const auto link = linkNamed(1);
    QVERIFY(registry.claim(kite, link).granted);
    registry.setLocal(kite, target);
    QCOMPARE(registry.find(Asking::Http, 80, "a.test")->target, target);
    QVERIFY(!registry.claim(kite, linkNamed(2)).granted);
    registry.removeLocal(kite);
    QCOMPARE(registry.find(Asking::Http, 80, "a.test")->link, link);
    registry.removeLocal(kite);
    registry.setLocal(kite, target);
    registry.release(*link);
    QCOMPARE(registry.find(Asking::Http, 80, "a.test")->target, target);
    registry.removeLocal(kite);
    QVERIFY(!registry.find(Asking::Http, 80, "a.test"));
}

void TestKiteRegistry::wildcardsAreForgotten()
{
    KiteRegistry registry;
    const auto wildcard = kiteNamed("http:*.test");
    const auto link = linkNamed(1);
    registry.setLocal(wildcard, std::make_shared<Nowhere>());
    registry.removeLocal(wildcard);
    QVERIFY(registry.claim(wildcard, link).granted);
    QVERIFY(registry.find(Asking::Http, 80, "a.test"));
    registry.release(*link);
    QVERIFY(!registry.find(Asking::Http, 80, "a.test"));
    QVERIFY(registry.claim(kiteNamed("http:a.test"), linkNamed(2)).granted);
}

void TestKiteRegistry::newsInOrder()
{
    NewsReader reader;
    const auto news = std::make_shared<NewsMail>(&reader);
    KiteRegistry registry(news);
    const auto older = linkNamed(1, "old");
    const auto newer = linkNamed(2);
    QVERIFY(registry.claim(kiteNamed("http:a.test"), older).granted);
    QVERIFY(registry.claim(kiteNamed("http:a.test"), older).granted); // nothing new
    QVERIFY(registry.claim(kiteNamed("http:a.test"), newer, {"old"}).granted);
    registry.release(*newer);

    QStringList told;
    for (const auto &one : news->take())
        told << (one.what == KiteNews::What::Arrived ? QStringLiteral("+") : QStringLiteral("-"))
                + one.event.connector;
    const QStringList expected {QStringLiteral("+192.0.2.1:1"), QStringLiteral("-192.0.2.1:1"),
                                QStringLiteral("+192.0.2.1:2"), QStringLiteral("-192.0.2.1:2")};
    QCOMPARE(told, expected);
    news->close();
}

QTEST_GUILESS_MAIN(TestKiteRegistry)
#include "tst_kiteregistry.moc"
