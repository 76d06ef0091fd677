#include "kitecore/tunnel/kitetable.h"

#include <QTest>

using namespace kite;

namespace {

class NamedTarget final : public net::Target
{
public:
    explicit NamedTarget(QByteArray text) : name(std::move(text)) {}
    void visit(net::Loop &, std::unique_ptr<net::ByteStream>, const net::Visitor &) override {}
    const QByteArray name;
};

tunnel::KiteTable tableOf(const QByteArrayList &kites)
{
    tunnel::KiteTable table;
    for (const auto &kite : kites)
        table.set(*KiteId::parse(kite), std::make_shared<NamedTarget>(kite));
    return table;
}

} // namespace

class TestKiteTable : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void finds_data()
    {
        QTest::addColumn<QByteArrayList>("kites");
        QTest::addColumn<QByteArray>("protocol");
        QTest::addColumn<QByteArray>("host");
        QTest::addColumn<int>("port");
        QTest::addColumn<QByteArray>("found");

        const auto row
            = [](const char *name, const char *kites, const char *visitor, const char *found) {
                  const auto parts = QByteArray(visitor).split(' ');
                  QTest::newRow(name) << QByteArray(kites).split(' ') << parts[0] << parts[1]
                                      << parts[2].toInt() << QByteArray(found);
              };
        row("exact", "http:a.test http:b.test", "http b.test 80", "http:b.test");
        row("host in capitals", "http:a.test", "HTTP A.Test 80", "http:a.test");
        row("port before any port", "http:a.test http-8080:a.test", "http a.test 8080",
            "http-8080:a.test");
        row("any port for other ports", "http:a.test http-8080:a.test", "http a.test 80",
            "http:a.test");
        row("port's wildcard before exact", "http:a.test http-80:*.test.x", "http a.test.x 80",
            "http-80:*.test.x");
        row("not another port", "http-8080:a.test", "http a.test 80", "");
        row("exact before wildcard", "http:*.w.test http:q.w.test", "http q.w.test 80",
            "http:q.w.test");
        row("wildcard at any depth", "http:*.w.test", "http r.q.w.test 80", "http:*.w.test");
        row("nearest wildcard", "http:*.w.test http:*.q.w.test", "http r.q.w.test 80",
            "http:*.q.w.test");
        row("wildcard is not its own name", "http:*.w.test", "http w.test 80", "");
        row("wildcard above the last label", "http:*.test", "http b.a.test 80", "http:*.test");
        row("wildcard needs a label", "http:*.test", "http test 80", "");
        row("http falls to http2", "http3:a.test http2:a.test", "http a.test 80", "http2:a.test");
        row("http falls to http3", "http3:a.test", "http a.test 80", "http3:a.test");
        row("http2 does not fall", "http:a.test", "http2 a.test 80", "");
        row("websocket first", "http:a.test websocket:a.test", "websocket a.test 80",
            "websocket:a.test");
        row("websocket falls to http", "http:a.test", "websocket a.test 80", "http:a.test");
        row("http is no websocket", "websocket:a.test", "http a.test 80", "");
        row("catch-all", "http:unknown", "http a.test 80", "http:unknown");
        row("own name before catch-all", "http:unknown http:a.test", "http a.test 80",
            "http:a.test");
        row("catch-all before http2", "http:unknown http2:a.test", "http a.test 80",
            "http:unknown");
        row("catch-all of its protocol only", "http:unknown", "https a.test 443", "");
        row("https", "http:a.test https:a.test", "https a.test 443", "https:a.test");
        row("raw by port", "raw-22:a.test", "raw a.test 22", "raw-22:a.test");
        row("raw by another port", "raw-22:a.test", "raw a.test 23", "");
        row("nobody's", "http:a.test", "http b.test 80", "");
        row("nothing flies", "raw:b.test", "http b.test 80", "");
    }
    void finds()
    {
        QFETCH(QByteArrayList, kites);
        QFETCH(QByteArray, protocol);
        QFETCH(QByteArray, host);
        QFETCH(int, port);
        QFETCH(QByteArray, found);

        net::Visitor visitor;
        visitor.protocol = protocol;
        visitor.host = host;
        visitor.port = quint16(port);
        const auto target = tableOf(kites).find(visitor);
        QCOMPARE(target ? static_cast<const NamedTarget &>(*target).name : QByteArray(), found);
    }

    void forgets()
    {
        auto table = tableOf({"http:a.test"});
        table.remove(*KiteId::parse("http:a.test"));
        net::Visitor visitor;
        visitor.protocol = "http";
        visitor.host = "a.test";
        QVERIFY(!table.find(visitor));
    }
};

QTEST_APPLESS_MAIN(TestKiteTable)
#include "tst_kitetable.moc"
