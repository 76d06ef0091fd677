#include "kitecore/net/routeattempt.h"

#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

#include "kitecore/net/streams.h"
#include "tests/support/fakeclock.h"
#include "tests/support/waits.h"

using namespace kite;
using namespace std::chrono_literals;
using net::ProxyHop;
using net::RouteAttempt;
using Kind = ProxyHop::Kind;

namespace {

/// A proxy that answers from a script, whatever it hears, and keeps what it heard.
class ScriptedProxy
{
public:
    struct Turn
    {
        QByteArray ends; ///< what it hears ends so
        QByteArray says;
    };

    using Turns = QList<Turn>;

    explicit ScriptedProxy(Turns turns = {}) : m_turns(std::move(turns))
    {
        m_server.listen(QHostAddress::LocalHost);
        QObject::connect(&m_server, &QTcpServer::newConnection, &m_server, [this] {
            m_socket = m_server.nextPendingConnection();
            QObject::connect(m_socket, &QTcpSocket::readyRead, m_socket, [this] { read(); });
            QObject::connect(m_socket, &QTcpSocket::disconnected, m_socket,
                             [this] { left = true; });
        });
    }

    ProxyHop hop(Kind kind) const
    {
        return {kind, false, {QStringLiteral("127.0.0.1"), m_server.serverPort()}, {}, {}};
    }
    void hangUp() { m_socket->disconnectFromHost(); }
    bool isThere() const { return m_socket != nullptr; }

    QByteArrayList heard;
    bool left = false;

private:
    void read()
    {
        m_got += m_socket->readAll();
        while (!m_turns.isEmpty() && m_got.endsWith(m_turns.first().ends)) {
            heard << std::exchange(m_got, {});
            m_socket->write(m_turns.takeFirst().says);
        }
    }

    QTcpServer m_server;
    QTcpSocket *m_socket = nullptr; ///< a child of the server
    QList<Turn> m_turns;
    QByteArray m_got;
};

struct Attempted
{
    test::FakeClock clock;
    net::Loop loop {clock};
    std::unique_ptr<net::ByteStream> stream;
    std::optional<net::ConnectFailure> failure;
    std::unique_ptr<RouteAttempt> attempt;

    void go(const net::Route &route, const Endpoint &target)
    {
        attempt = std::make_unique<RouteAttempt>(
            loop, route, target, 10s,
            [this](Result<std::unique_ptr<net::ByteStream>, net::ConnectFailure> result) {
                if (result)
                    stream = std::move(result).value();
                else
                    failure = result.error();
                attempt.reset();
            });
    }
    bool ends()
    {
        return test::eventually([this] { return !attempt; });
    }
    QByteArray read()
    {
        QByteArray got(64, '\0');
        const net::Io io = stream->read({got.data(), size_t(got.size())});
        return got.first(io.bytes);
    }
};

const Endpoint target {QStringLiteral("nowhere.invalid"), 443};

} // namespace

class TestRouteAttempt final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void goesStraightWithoutProxies()
    {
        QTcpServer server;
        server.listen(QHostAddress::LocalHost);
        Attempted attempted;
        attempted.go({}, {QStringLiteral("127.0.0.1"), server.serverPort()});
        QVERIFY(attempted.ends());
        QVERIFY(attempted.stream);
    }

    void tellsTheProxyTheName()
    {
        ScriptedProxy proxy(ScriptedProxy::Turns {{"\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\nhello"}});
        Attempted attempted;
        attempted.go({proxy.hop(Kind::HttpConnect)}, target);
        QVERIFY(attempted.ends());
        QVERIFY(attempted.stream);
        QVERIFY(proxy.heard.first().startsWith("CONNECT nowhere.invalid:443 HTTP/1.1\r\n"));
        QCOMPARE(attempted.read(), QByteArray("hello")); // what came behind is not lost
    }

    void goesFromProxyToProxy()
    {
        // one socket plays both proxies: the first passes on what the second says
        ScriptedProxy proxy(
            ScriptedProxy::Turns {{QByteArray("\5\1\0", 3), QByteArray("\5\0", 2)},
                                  {"\x04\x38", QByteArray("\5\0\0\1\0\0\0\0\0\0", 10)},
                                  {"\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n"}});
        const ProxyHop second {
            Kind::HttpConnect, false, {QStringLiteral("second.invalid"), 1080}, {}, {}};
        Attempted attempted;
        attempted.go({proxy.hop(Kind::Socks5), second}, target);
        QVERIFY(attempted.ends());
        QVERIFY2(attempted.stream, attempted.failure ? qPrintable(attempted.failure->detail) : "");
        QCOMPARE(proxy.heard.size(), 3);
        QVERIFY(proxy.heard[1].contains("second.invalid"));
        QVERIFY(proxy.heard[2].startsWith("CONNECT nowhere.invalid:443 "));
    }

    void saysWhichProxyFailed()
    {
        ScriptedProxy proxy(ScriptedProxy::Turns {{"\r\n\r\n", "HTTP/1.1 403 Forbidden\r\n\r\n"}});
        Attempted attempted;
        attempted.go({proxy.hop(Kind::HttpConnect)}, target);
        QVERIFY(attempted.ends());
        QVERIFY(attempted.failure);
        QCOMPARE(attempted.failure->detail,
                 QStringLiteral("proxy %1: HTTP/1.1 403 Forbidden")
                     .arg(proxy.hop(Kind::HttpConnect).endpoint.toString()));
        QTRY_VERIFY(proxy.left);
    }

    void failsWhenTheProxyHangsUp()
    {
        ScriptedProxy proxy;
        Attempted attempted;
        attempted.go({proxy.hop(Kind::Socks4a)}, target);
        QVERIFY(test::eventually([&] { return proxy.isThere(); }));
        proxy.hangUp();
        QVERIFY(attempted.ends());
        QVERIFY(attempted.failure);
    }

    void failsInTime()
    {
        ScriptedProxy proxy;
        Attempted attempted;
        attempted.go({proxy.hop(Kind::Socks5)}, target);
        QVERIFY(test::eventually([&] { return proxy.isThere(); }));
        attempted.clock.advance(11s);
        attempted.loop.deadlines().tick();
        QVERIFY(attempted.failure);
        QCOMPARE(attempted.failure->error, net::ConnectError::TimedOut);
    }

    void socks4LooksUpItself()
    {
        ScriptedProxy proxy(
            ScriptedProxy::Turns {{QByteArray("\0", 1), QByteArray("\0\x5a\0\0\0\0\0\0", 8)}});
        Attempted attempted;
        attempted.go({proxy.hop(Kind::Socks4)}, {QStringLiteral("localhost"), 443});
        QVERIFY(attempted.ends());
        QVERIFY2(attempted.stream, attempted.failure ? qPrintable(attempted.failure->detail) : "");
        QCOMPARE(proxy.heard.first().sliced(4, 4), QByteArray("\x7f\0\0\1", 4));
    }

    void canBeCancelled()
    {
        ScriptedProxy proxy;
        {
            Attempted attempted;
            attempted.go({proxy.hop(Kind::Socks5)}, target);
            QVERIFY(test::eventually([&] { return proxy.isThere(); }));
            attempted.attempt.reset();
            QVERIFY(!attempted.failure);
        }
        QTRY_VERIFY(proxy.left);
    }
};

QTEST_GUILESS_MAIN(TestRouteAttempt)
#include "tst_routeattempt.moc"
