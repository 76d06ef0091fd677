#include "kitecore/net/proxyhandshake.h"

#include <QTest>

#include "tests/support/slicing.h"

using namespace kite;
using net::ProxyError;
using net::ProxyHandshake;
using net::ProxyHop;
using Kind = ProxyHop::Kind;

Q_DECLARE_METATYPE(net::ProxyHop)

namespace {

ProxyHop hop(Kind kind, const QByteArray &user = {}, const QByteArray &password = {})
{
    return {kind, false, {QStringLiteral("proxy.test"), 1080}, user, password};
}

const Endpoint named {QStringLiteral("r.test"), 443};
const Endpoint v4 {QStringLiteral("192.0.2.7"), 443};
const Endpoint v6 {QStringLiteral("2001:db8::7"), 443};

QByteArray hex(const char *digits)
{
    return QByteArray::fromHex(digits);
}

} // namespace

class TestProxyHandshake final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void leadsOn_data()
    {
        QTest::addColumn<ProxyHop>("hop");
        QTest::addColumn<Endpoint>("target");
        QTest::addColumn<QByteArrayList>("said");     ///< by us
        QTest::addColumn<QByteArrayList>("answered"); ///< by the proxy, to each

        QTest::newRow("CONNECT") << hop(Kind::HttpConnect) << named
                                 << QByteArrayList {"CONNECT r.test:443 HTTP/1.1\r\n"
                                                    "Host: r.test:443\r\n\r\n"}
                                 << QByteArrayList {"HTTP/1.1 200 OK\r\nVia: x\r\n\r\n"};
        QTest::newRow("CONNECT to an address")
            << hop(Kind::HttpConnect) << v6
            << QByteArrayList {"CONNECT [2001:db8::7]:443 HTTP/1.1\r\n"
                               "Host: [2001:db8::7]:443\r\n\r\n"}
            << QByteArrayList {"HTTP/1.0 204 Whatever\r\n\r\n"};
        QTest::newRow("CONNECT with a password")
            << hop(Kind::HttpConnect, "me", "not-a-secret") << named
            << QByteArrayList {"CONNECT r.test:443 HTTP/1.1\r\nHost: r.test:443\r\n"
                               "Proxy-Authorization: Basic bWU6bm90LWEtc2VjcmV0\r\n\r\n"}
            << QByteArrayList {"HTTP/1.1 200 OK\r\n\r\n"};
        QTest::newRow("SOCKS 4") << hop(Kind::Socks4, "me") << v4
                                 << QByteArrayList {hex("040101bbc00002076d6500")}
                                 << QByteArrayList {hex("005a000000000000")};
        QTest::newRow("SOCKS 4a") << hop(Kind::Socks4a) << named
                                  << QByteArrayList {hex("040101bb0000000100722e7465737400")}
                                  << QByteArrayList {hex("005a123401020304")};
        QTest::newRow("SOCKS 4a to an address")
            << hop(Kind::Socks4a) << v4 << QByteArrayList {hex("040101bbc000020700")}
            << QByteArrayList {hex("005a000000000000")};
        QTest::newRow("SOCKS 5") << hop(Kind::Socks5) << named
                                 << QByteArrayList {hex("050100"),
                                                    hex("0501000306722e7465737401bb")}
                                 << QByteArrayList {hex("0500"), hex("05000001000000000000")};
        QTest::newRow("SOCKS 5 to an address")
            << hop(Kind::Socks5) << v4
            << QByteArrayList {hex("050100"), hex("05010001c000020701bb")}
            << QByteArrayList {hex("0500"), hex("050000030461626364") + hex("1234")};
        QTest::newRow("SOCKS 5 to an IPv6 address")
            << hop(Kind::Socks5) << v6
            << QByteArrayList {hex("050100"), hex("0501000420010db800000000000000000000000701bb")}
            << QByteArrayList {hex("0500"),
                               hex("0500000400000000000000000000000000000000") + hex("1234")};
        QTest::newRow("SOCKS 5 with a password")
            << hop(Kind::Socks5, "me", "not-a-secret") << named
            << QByteArrayList {hex("05020002"), hex("01026d65") + '\x0c' + "not-a-secret",
                               hex("0501000306722e7465737401bb")}
            << QByteArrayList {hex("0502"), hex("0100"), hex("05000001000000000000")};
        QTest::newRow("SOCKS 5 with a password that nobody wants")
            << hop(Kind::Socks5, "me", "not-a-secret") << named
            << QByteArrayList {hex("05020002"), hex("0501000306722e7465737401bb")}
            << QByteArrayList {hex("0500"), hex("05000001000000000000")};
    }
    void leadsOn()
    {
        QFETCH(ProxyHop, hop);
        QFETCH(Endpoint, target);
        QFETCH(QByteArrayList, said);
        QFETCH(QByteArrayList, answered);
        for (qsizetype slice = 1; slice < 40; ++slice) {
            ProxyHandshake handshake(hop, target);
            const auto opening = handshake.begin();
            QVERIFY(opening);
            QByteArrayList sent {*opening};
            bool done = false;
            answered.last() += "behind"; // the target speaks first
            for (qsizetype n = 0; n < answered.size(); ++n) {
                QCOMPARE(sent.size(), n + 1);
                QVERIFY(!done);
                QByteArray after;
                test::inSlices(answered[n], slice, [&](QByteArrayView part) {
                    if (done) {
                        after += part;
                        return;
                    }
                    const auto next = handshake.feed(part);
                    QVERIFY2(next, next ? "" : qPrintable(next.error().detail));
                    if (!next->send.isEmpty())
                        sent << next->send;
                    done = next->done;
                });
                if (done)
                    QCOMPARE(handshake.rest() + after, QByteArray("behind"));
            }
            QVERIFY(done);
            QCOMPARE(sent, said);
            answered.last().chop(6);
        }
    }

    void endsThere_data()
    {
        QTest::addColumn<ProxyHop>("hop");
        QTest::addColumn<QByteArrayList>("answered");
        QTest::addColumn<ProxyError>("error");

        QTest::newRow("not HTTP") << hop(Kind::HttpConnect) << QByteArrayList {"SSH-2.0-x\r\n"}
                                  << ProxyError::NotAProxy;
        QTest::newRow("CONNECT is refused")
            << hop(Kind::HttpConnect) << QByteArrayList {"HTTP/1.1 403 No\r\n\r\n"}
            << ProxyError::Refused;
        QTest::newRow("CONNECT wants a password")
            << hop(Kind::HttpConnect)
            << QByteArrayList {"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"}
            << ProxyError::WrongPassword;
        QTest::newRow("endless head")
            << hop(Kind::HttpConnect) << QByteArrayList {"HTTP/1.1 200 " + QByteArray(9000, 'x')}
            << ProxyError::NotAProxy;
        QTest::newRow("a status of no length")
            << hop(Kind::HttpConnect) << QByteArrayList {"HTTP/1.\r\n\r\n"} << ProxyError::Refused;
        QTest::newRow("SOCKS 4 refuses")
            << hop(Kind::Socks4a) << QByteArrayList {hex("005b000000000000")}
            << ProxyError::Refused;
        QTest::newRow("not SOCKS 4")
            << hop(Kind::Socks4a) << QByteArrayList {"HTTP"} << ProxyError::NotAProxy;
        QTest::newRow("not SOCKS 5")
            << hop(Kind::Socks5) << QByteArrayList {"HTTP"} << ProxyError::NotAProxy;
        QTest::newRow("SOCKS 5 takes no way to log in")
            << hop(Kind::Socks5) << QByteArrayList {hex("05ff")} << ProxyError::WrongPassword;
        QTest::newRow("SOCKS 5 wants a password")
            << hop(Kind::Socks5) << QByteArrayList {hex("0502")} << ProxyError::WrongPassword;
        QTest::newRow("SOCKS 5 wants another password")
            << hop(Kind::Socks5, "me", "wrong") << QByteArrayList {hex("0502"), hex("0101")}
            << ProxyError::WrongPassword;
        QTest::newRow("SOCKS 5 can not connect")
            << hop(Kind::Socks5) << QByteArrayList {hex("0500"), hex("05050001000000000000")}
            << ProxyError::Refused;
        QTest::newRow("SOCKS 5 with an address of no kind")
            << hop(Kind::Socks5) << QByteArrayList {hex("0500"), hex("05000009000000000000")}
            << ProxyError::NotAProxy;
    }
    void endsThere()
    {
        QFETCH(ProxyHop, hop);
        QFETCH(QByteArrayList, answered);
        ProxyHandshake handshake(hop, named);
        QVERIFY(handshake.begin());
        for (const auto &answer : answered) {
            const auto next = handshake.feed(answer);
            if (&answer != &answered.last()) {
                QVERIFY(next);
                continue;
            }
            QVERIFY(!next);
            QTEST(next.error().error, "error");
            QVERIFY(!next.error().detail.contains(u"wrong"));
        }
    }

    void canNotBeTold_data()
    {
        QTest::addColumn<ProxyHop>("hop");
        QTest::addColumn<QString>("host");
        const QString blank = QStringLiteral("a b");
        QTest::newRow("a name to SOCKS 4") << hop(Kind::Socks4) << QStringLiteral("r.test");
        QTest::newRow("IPv6 to SOCKS 4") << hop(Kind::Socks4) << QStringLiteral("2001:db8::7");
        QTest::newRow("IPv6 to SOCKS 4a") << hop(Kind::Socks4a) << QStringLiteral("2001:db8::7");
        QTest::newRow("a header to HTTP")
            << hop(Kind::HttpConnect) << QStringLiteral("r.test\r\nX: y");
        QTest::newRow("a blank") << hop(Kind::HttpConnect) << blank;
        QTest::newRow("nothing") << hop(Kind::Socks5) << QString();
        QTest::newRow("a name too long") << hop(Kind::Socks5) << QString(256, QLatin1Char('a'));
        QTest::newRow("a user too long")
            << hop(Kind::Socks5, QByteArray(256, 'u')) << QStringLiteral("r.test");
        QTest::newRow("a user that ends early")
            << hop(Kind::Socks4a, QByteArray("u\0x", 3)) << QStringLiteral("r.test");
    }
    void canNotBeTold()
    {
        QFETCH(ProxyHop, hop);
        QFETCH(QString, host);
        ProxyHandshake handshake(hop, {host, 443});
        const auto opening = handshake.begin();
        QVERIFY(!opening);
        QCOMPARE(opening.error().error, ProxyError::BadTarget);
    }
};

QTEST_APPLESS_MAIN(TestProxyHandshake)
#include "tst_proxyhandshake.moc"
