#include "kitecore/tunnel/dialer.h"

#include <array>

#include <QFile>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslKey>
#include <QSslServer>
#include <QTemporaryDir>
#include <QTest>

#include "tests/support/fakeclock.h"
#include "tests/support/fakerelay.h"

using namespace kite;
using namespace std::chrono_literals;
using stats::DownReason;
using tunnel::Dialer;
using tunnel::DialFailure;
using tunnel::LinkTls;
using tunnel::RelayChoice;
using Check = tls::RelayTrust::Check;

namespace {

/// A server that ends TLS with a self-signed certificate for `relay.test`; optionally answers a
/// clear-text CONNECT before.
class TlsRelay final : public QTcpServer
{
public:
    TlsRelay()
    {
        pem = folder.filePath(QStringLiteral("relay.pem"));
        made = bool(tls::makeSelfSigned(pem, {"relay.test"}));
        listen(QHostAddress::LocalHost);
    }

    QTemporaryDir folder;
    QString pem;
    bool made = false;
    QByteArray connectReply; ///< empty: TLS at once
    QByteArray connectSeen;
    QByteArray plain; ///< what came inside TLS

protected:
    void incomingConnection(qintptr handle) override
    {
        auto *socket = new QSslSocket(this);
        socket->setSocketDescriptor(handle);
        QFile file(pem);
        file.open(QIODevice::ReadOnly);
        const QByteArray text = file.readAll();
        socket->setLocalCertificate(QSslCertificate(text));
        socket->setPrivateKey(QSslKey(text, QSsl::Ec));
        connect(socket, &QSslSocket::readyRead, this, [this, socket] { read(socket); });
        if (connectReply.isEmpty())
            socket->startServerEncryption();
    }

private:
    void read(QSslSocket *socket)
    {
        if (socket->isEncrypted()) {
            plain += socket->readAll();
            socket->write("pong");
            return;
        }
        if (connectReply.isEmpty())
            return;
        connectSeen += socket->readAll();
        if (!connectSeen.endsWith("\r\n\r\n"))
            return;
        socket->write(connectReply);
        if (connectReply.startsWith("HTTP/1.0 200"))
            socket->startServerEncryption();
        else
            socket->disconnectFromHost();
    }
};

struct Dial
{
    test::FakeClock clock;
    net::Loop loop {clock};
    std::unique_ptr<Dialer> dialer;
    std::unique_ptr<net::ByteStream> stream;
    std::optional<DialFailure> failure;
    bool done = false;

    void begin(const RelayChoice &choice)
    {
        const auto named = choice.withNames();
        tls::Context context;
        if (choice.tls != LinkTls::Off) {
            auto made = tls::clientContext(named.trust);
            QVERIFY(made);
            context = std::move(made).value();
        }
        dialer = std::make_unique<Dialer>(
            loop, named, context, named.serverName(),
            [this](Result<std::unique_ptr<net::ByteStream>, DialFailure> result) {
                done = true;
                if (result)
                    stream = std::move(result).value();
                else
                    failure = result.error();
                dialer.reset();
            });
    }
};

RelayChoice choiceOf(quint16 port, LinkTls tls)
{
    RelayChoice choice;
    choice.endpoint = {QStringLiteral("127.0.0.1"), port};
    choice.tls = tls;
    return choice;
}

} // namespace

class TestDialer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void plain()
    {
        test::FakeRelay relay;
        Dial dial;
        dial.begin(choiceOf(relay.port(), LinkTls::Off));
        QTRY_VERIFY(dial.done);
        QVERIFY(dial.stream);
        QTRY_COMPARE(relay.accepted, 1);
    }

    void nobodyThere()
    {
        test::FakeRelay relay;
        relay.goDown();
        Dial dial;
        dial.begin(choiceOf(relay.port(), LinkTls::Off));
        QTRY_VERIFY(dial.done);
        QVERIFY(dial.failure);
        QCOMPARE(dial.failure->reason, DownReason::Unreachable);
        QVERIFY(!dial.failure->detail.isEmpty());
    }

    void certificates_data()
    {
        QTest::addColumn<int>("tls");
        QTest::addColumn<QByteArrayList>("names");
        QTest::addColumn<int>("check");
        QTest::addColumn<bool>("authority");
        QTest::addColumn<bool>("pinned");
        QTest::addColumn<bool>("accepted");
        for (const auto tls : {LinkTls::Direct, LinkTls::ConnectName}) {
            const auto row = [tls](const char *name, const QByteArrayList &names, Check check,
                                   bool authority, bool pinned, bool accepted) {
                QTest::addRow("%s, %s", name, tls == LinkTls::Direct ? "direct" : "by CONNECT")
                    << int(tls) << names << int(check) << authority << pinned << accepted;
            };
            row("trusted", {"relay.test"}, Check::Certificate, true, false, true);
            row("trusted, other name", {"other.test"}, Check::Certificate, true, false, false);
            row("trusted, second name", {"other.test", "relay.test"}, Check::Certificate, true,
                false, true);
            row("unknown authority", {"relay.test"}, Check::Certificate, false, false, false);
            row("pinned", {}, Check::Certificate, false, true, true);
            row("unchecked", {}, Check::None, false, false, true);
        }
    }
    void certificates()
    {
        QFETCH(int, tls);
        QFETCH(QByteArrayList, names);
        QFETCH(int, check);
        QFETCH(bool, authority);
        QFETCH(bool, pinned);
        QFETCH(bool, accepted);
        TlsRelay relay;
        QVERIFY(relay.made);
        if (LinkTls(tls) == LinkTls::ConnectName)
            relay.connectReply = "HTTP/1.0 200 Connection Established\r\n\r\n";
        auto choice = choiceOf(relay.serverPort(), LinkTls(tls));
        choice.trust.names = names;
        choice.trust.check = Check(check);
        if (authority)
            choice.trust.authorityFile = relay.pem;
        if (pinned)
            choice.trust.fingerprints = {*tls::fingerprint(relay.pem)};

        Dial dial;
        dial.begin(choice);
        QTRY_VERIFY(dial.done);
        QCOMPARE(bool(dial.stream), accepted);
        if (!accepted) {
            QCOMPARE(dial.failure->reason, DownReason::Untrusted);
            return;
        }
        dial.stream->write("ping");
        QTRY_COMPARE(relay.plain, QByteArray("ping"));
        QByteArray answer;
        const auto read = [&] {
            std::array<char, 16> buffer {};
            const net::Io io = dial.stream->read(buffer);
            answer.append(buffer.data(), io.bytes);
            return answer;
        };
        QTRY_COMPARE(read(), QByteArray("pong"));
    }

    void asksByName()
    {
        TlsRelay relay;
        relay.connectReply = "HTTP/1.0 200 Connection Established\r\n\r\n";
        auto choice = choiceOf(relay.serverPort(), LinkTls::ConnectName);
        choice.trust.names = {"relay.test", "other.test"};
        choice.trust.authorityFile = relay.pem;
        Dial dial;
        dial.begin(choice);
        QTRY_VERIFY(dial.stream);
        QCOMPARE(relay.connectSeen,
                 QByteArray("CONNECT relay.test:443 HTTP/1.1\r\nHost: relay.test\r\n\r\n"));
    }

    void badConnectReplies_data()
    {
        QTest::addColumn<QByteArray>("reply");
        QTest::addColumn<int>("reason");
        const auto row = [](const char *name, const QByteArray &reply, DownReason reason) {
            QTest::newRow(name) << reply << int(reason);
        };
        row("name unknown", "HTTP/1.0 503 Unavailable\r\n\r\n", DownReason::Untrusted);
        row("no HTTP", "SSH-2.0-x\r\n\r\n", DownReason::NotARelay);
        row("short", "HTTP/1.0\r\n\r\n", DownReason::NotARelay);
        row("endless", QByteArray(9000, 'x'), DownReason::NotARelay);
        row("hangs up", "HTTP/1.0 200", DownReason::Unreachable);
    }
    void badConnectReplies()
    {
        QFETCH(QByteArray, reply);
        QFETCH(int, reason);
        QTcpServer server;
        server.listen(QHostAddress::LocalHost);
        connect(&server, &QTcpServer::newConnection, &server, [&] {
            auto *socket = server.nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, socket, [socket, reply] {
                socket->write(reply);
                socket->disconnectFromHost();
            });
        });
        Dial dial;
        dial.begin(choiceOf(server.serverPort(), LinkTls::ConnectName));
        QTRY_VERIFY(dial.done);
        QVERIFY(dial.failure);
        QCOMPARE(int(dial.failure->reason), reason);
    }

    void oneDeadlineOverAll_data()
    {
        QTest::addColumn<int>("tls");
        QTest::newRow("silent to CONNECT") << int(LinkTls::ConnectName);
        QTest::newRow("silent to a hello") << int(LinkTls::Direct);
    }
    void oneDeadlineOverAll()
    {
        QFETCH(int, tls);
        test::FakeRelay relay;
        relay.silent = true;
        Dial dial;
        dial.begin(choiceOf(relay.port(), LinkTls(tls)));
        QTRY_COMPARE(relay.accepted, 1);
        dial.clock.advance(9s);
        dial.loop.deadlines().tick();
        QVERIFY(!dial.done);
        dial.clock.advance(2s);
        dial.loop.deadlines().tick();
        QVERIFY(dial.done);
        QCOMPARE(dial.failure->reason, DownReason::Unreachable);
    }

    void serverNames_data()
    {
        QTest::addColumn<QByteArrayList>("names");
        QTest::addColumn<QString>("host");
        QTest::addColumn<int>("check");
        QTest::addColumn<QByteArray>("sni");
        const auto row = [](const char *name, const QByteArrayList &names, const char *host,
                            Check check, const char *sni) {
            QTest::newRow(name) << names << QString::fromLatin1(host) << int(check)
                                << QByteArray(sni);
        };
        row("first of the names", {"a.test", "b.test"}, "r.test", Check::Certificate, "a.test");
        row("host by default", {}, "r.test", Check::Certificate, "r.test");
        row("no address", {}, "192.0.2.7", Check::Certificate, "");
        row("no IPv6 address", {}, "2001:db8::1", Check::Certificate, "");
        row("unchecked: none", {}, "r.test", Check::None, "");
        row("unchecked with a name", {"a.test"}, "r.test", Check::None, "a.test");
    }
    void serverNames()
    {
        QFETCH(QByteArrayList, names);
        QFETCH(QString, host);
        QFETCH(int, check);
        QFETCH(QByteArray, sni);
        RelayChoice choice;
        choice.endpoint = {host, 443};
        choice.trust.names = names;
        choice.trust.check = Check(check);
        QCOMPARE(choice.withNames().serverName(), sni);
    }
};

QTEST_GUILESS_MAIN(TestDialer)
#include "tst_dialer.moc"
