#include <QTest>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "kitecore/tls/context.h"
#include "tests/support/testca.h"

using namespace kite;
using namespace kite::test;
using kite::tls::ContextError;
using kite::tls::RelayTrust;

namespace {

struct FreeSsl
{
    void operator()(SSL *ssl) const { SSL_free(ssl); }
};
using Ssl = std::unique_ptr<SSL, FreeSsl>;

/// A client and a server that shake hands in memory.
struct Handshake
{
    Handshake(const tls::Context &clientContext, const tls::Context &serverContext)
        : client(SSL_new(clientContext.get()))
        , server(SSL_new(serverContext.get()))
    {
        BIO *clientSide = nullptr;
        BIO *serverSide = nullptr;
        BIO_new_bio_pair(&clientSide, 0, &serverSide, 0);
        SSL_set_bio(client.get(), clientSide, clientSide);
        SSL_set_bio(server.get(), serverSide, serverSide);
        SSL_set_connect_state(client.get());
        SSL_set_accept_state(server.get());
    }

    /// Whether both ends agreed.
    bool run() const
    {
        for (int round = 0; round < 10; ++round) {
            const int clientDone = SSL_do_handshake(client.get());
            if (failed(client.get(), clientDone))
                return false;
            const int serverDone = SSL_do_handshake(server.get());
            if (failed(server.get(), serverDone))
                return false;
            if (clientDone == 1 && serverDone == 1)
                return true;
        }
        return false;
    }

    static bool failed(SSL *ssl, int outcome)
    {
        const int error = SSL_get_error(ssl, outcome);
        ERR_clear_error();
        return error != SSL_ERROR_NONE && error != SSL_ERROR_WANT_READ;
    }

    Ssl client;
    Ssl server;
};

QByteArray sha1Of(const QString &pemFile)
{
    QFile file(pemFile);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    const auto text = file.readAll();
    const std::unique_ptr<BIO, decltype(&BIO_free_all)> bio(
        BIO_new_mem_buf(text.constData(), int(text.size())), BIO_free_all);
    auto *certificate = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr);
    QByteArray digest(20, Qt::Uninitialized);
    X509_digest(certificate, EVP_sha1(), reinterpret_cast<unsigned char *>(digest.data()), nullptr);
    X509_free(certificate);
    return digest.toHex();
}

void writeFile(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(bytes), bytes.size());
}

} // namespace

class TestContext : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void trusts_data()
    {
        QTest::addColumn<TestCa::Wish>("certificate");
        QTest::addColumn<QByteArrayList>("names");
        QTest::addColumn<QString>("untrusted"); // empty: trusted
        const auto row = [](const char *title, const TestCa::Wish &certificate,
                            const QByteArrayList &names, const char *untrusted = "") {
            QTest::newRow(title) << certificate << names << QString::fromLatin1(untrusted);
        };

        row("its name", {"DNS:relay.test"}, {"relay.test"});
        row("its name in another case", {"DNS:Relay.test"}, {"RELAY.test"});
        row("one of its names", {"DNS:a.test,DNS:b.test"}, {"b.test"});
        row("one of the accepted", {"DNS:b.test"}, {"a.test", "b.test"});
        row("wildcard", {"DNS:*.relay.test"}, {"eu.relay.test"});
        row("address", {"IP:127.0.0.1"}, {"127.0.0.1"});
        row("IPv6 address", {"IP:::1"}, {"::1"});
        row("common name where there is no other", {"", "relay.test"}, {"relay.test"});
        row("common name beside others does not count", {"DNS:a.test", "relay.test"},
            {"relay.test"}, "hostname mismatch");
        row("another name", {"DNS:relay.test"}, {"other.test"}, "hostname mismatch");
        row("no accepted name", {"DNS:relay.test"}, {}, "hostname mismatch");
        row("an address as a name", {"DNS:127.0.0.1"}, {"127.0.0.2"}, "hostname mismatch");
        row("expired", {"DNS:relay.test", "leaf", -10, -1}, {"relay.test"},
            "certificate has expired");
        row("not yet valid", {"DNS:relay.test", "leaf", 1, 10}, {"relay.test"},
            "certificate is not yet valid");
    }

    void trusts()
    {
        QFETCH(TestCa::Wish, certificate);
        QFETCH(QByteArrayList, names);
        QFETCH(QString, untrusted);

        TestCa ca;
        const auto server = tls::serverContext(ca.issue(certificate));
        QVERIFY(server);
        RelayTrust trust;
        trust.authorityFile = ca.authorityFile();
        trust.names = names;
        const auto client = tls::clientContext(trust);
        QVERIFY(client);

        const Handshake handshake(*client, *server);
        QCOMPARE(handshake.run(), untrusted.isEmpty());
        QCOMPARE(tls::untrustedReason(handshake.client.get()).value_or(QString()), untrusted);
        QCOMPARE(ERR_peek_error(), 0UL);
    }

    void authorityDecides()
    {
        TestCa ca;
        TestCa other;
        const auto server = tls::serverContext(ca.issue("DNS:relay.test"));
        RelayTrust trust;
        trust.names = {"relay.test"};
        trust.authorityFile = other.authorityFile();
        const Handshake foreign(*tls::clientContext(trust), *server);
        QVERIFY(!foreign.run());
        QVERIFY(tls::untrustedReason(foreign.client.get()));

        trust.authorityFile.clear(); // the system's
        const Handshake unknown(*tls::clientContext(trust), *server);
        QVERIFY(!unknown.run());
        QVERIFY(tls::untrustedReason(unknown.client.get()));
    }

    void pins_data()
    {
        QTest::addColumn<QByteArray>("fingerprint"); // `256`, `1`: the right one of that kind
        QTest::addColumn<bool>("trusted");
        QTest::newRow("SHA-256") << QByteArray("256") << true;
        QTest::newRow("SHA-256 as people paste it") << QByteArray("colons") << true;
        QTest::newRow("SHA-1") << QByteArray("1") << true;
        QTest::newRow("another") << QByteArray(64, 'a') << false;
        QTest::newRow("no fingerprint at all") << QByteArray() << false;
    }

    /// Chain, name and date do not matter: the certificate is self-signed for another name.
    void pins()
    {
        QFETCH(QByteArray, fingerprint);
        QFETCH(bool, trusted);

        TestCa ca;
        const auto file = ca.issue({"DNS:other.test", "leaf", -10, -1});
        const auto sha256 = *tls::fingerprint(file);
        QCOMPARE(sha256.size(), 64);
        if (fingerprint == "256")
            fingerprint = sha256;
        else if (fingerprint == "1")
            fingerprint = sha1Of(file);
        else if (fingerprint == "colons")
            fingerprint = QByteArray::fromHex(sha256).toHex(':').toUpper();

        for (const auto check : {RelayTrust::Check::Certificate, RelayTrust::Check::None}) {
            RelayTrust trust;
            trust.check = check;
            trust.names = {"relay.test"};
            trust.fingerprints = {fingerprint};
            const Handshake handshake(*tls::clientContext(trust), *tls::serverContext(file));
            QCOMPARE(handshake.run(), trusted);
            QCOMPARE(tls::untrustedReason(handshake.client.get()).has_value(), !trusted);
        }
    }

    /// pagekite.py's `name/SHA1HEX` asks for the chain as well.
    void pinsByName()
    {
        TestCa ca;
        const auto file = ca.issue("DNS:relay.test");
        RelayTrust trust;
        trust.authorityFile = ca.authorityFile();
        trust.names = {"relay.test/" + sha1Of(file).toUpper()};
        QVERIFY(Handshake(*tls::clientContext(trust), *tls::serverContext(file)).run());
        const auto renewed = ca.issue("DNS:relay.test");
        QVERIFY(!Handshake(*tls::clientContext(trust), *tls::serverContext(renewed)).run());
    }

    void checksNothingWhenToldSo()
    {
        TestCa ca;
        RelayTrust trust;
        trust.check = RelayTrust::Check::None;
        const Handshake handshake(*tls::clientContext(trust),
                                  *tls::serverContext(ca.issue("DNS:a.test")));
        QVERIFY(handshake.run());
        QVERIFY(!tls::untrustedReason(handshake.client.get()));
    }

    /// The trust belongs to OpenSSL's context, which a connection keeps alive.
    void contextMayGoBeforeTheConnection()
    {
        TestCa ca;
        RelayTrust trust;
        trust.authorityFile = ca.authorityFile();
        trust.names = {"relay.test"};
        auto client = std::make_unique<tls::Context>(*tls::clientContext(trust));
        const Handshake handshake(*client, *tls::serverContext(ca.issue("DNS:relay.test")));
        client.reset();
        QVERIFY(handshake.run());
    }

    void speaksModernTls_data()
    {
        QTest::addColumn<int>("newest");
        QTest::addColumn<QByteArray>("cipher"); // empty: no handshake
        QTest::newRow("1.3") << TLS1_3_VERSION << QByteArray("TLS_AES_128_GCM_SHA256");
        QTest::newRow("1.2") << TLS1_2_VERSION << QByteArray("ECDHE-ECDSA-AES128-GCM-SHA256");
        QTest::newRow("1.1") << TLS1_1_VERSION << QByteArray();
    }

    void speaksModernTls()
    {
        QFETCH(int, newest);
        QFETCH(QByteArray, cipher);

        TestCa ca;
        const auto server = tls::serverContext(ca.issue("DNS:relay.test"));
        const tls::Context old(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
        SSL_CTX_set_min_proto_version(old.get(), TLS1_1_VERSION);
        SSL_CTX_set_max_proto_version(old.get(), newest);
        SSL_CTX_set_security_level(old.get(), 0);
        const Handshake handshake(old, *server);
        QCOMPARE(handshake.run(), !cipher.isEmpty());
        if (!cipher.isEmpty())
            QCOMPARE(QByteArray(SSL_get_cipher_name(handshake.client.get())), cipher);
        QVERIFY((SSL_get_mode(handshake.server.get()) & SSL_MODE_RELEASE_BUFFERS) != 0);
        QVERIFY((SSL_get_mode(handshake.server.get()) & SSL_MODE_ENABLE_PARTIAL_WRITE) == 0);
    }

    void makesSelfSigned()
    {
        const QTemporaryDir folder;
        const auto file = folder.filePath(QStringLiteral("relay.pem"));
        writeFile(file, "older"); // is replaced, with its mode
        QVERIFY(tls::makeSelfSigned(file, {"relay.test", "*.relay.test", "127.0.0.1", "::1"}));

        const auto mode = QFile::permissions(file)
            & (QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner | QFile::ReadGroup
               | QFile::WriteGroup | QFile::ExeGroup | QFile::ReadOther | QFile::WriteOther
               | QFile::ExeOther);
        QCOMPARE(mode, QFile::ReadOwner | QFile::WriteOwner);
        QCOMPARE(QDir(folder.path()).entryList(QDir::Files), {QStringLiteral("relay.pem")});

        for (const QByteArray name : {"relay.test", "a.relay.test", "127.0.0.1", "::1"}) {
            RelayTrust trust;
            trust.authorityFile = file; // its own authority
            trust.names = {name};
            QVERIFY(Handshake(*tls::clientContext(trust), *tls::serverContext(file)).run());
        }
        RelayTrust pinned;
        pinned.fingerprints = {*tls::fingerprint(file)};
        QVERIFY(Handshake(*tls::clientContext(pinned), *tls::serverContext(file)).run());
        QVERIFY(tls::makeSelfSigned(file, {}));
        QVERIFY(*tls::fingerprint(file) != pinned.fingerprints.first());
    }

    /// A name that reads like OpenSSL's configuration stays one name.
    void namesAddNoNames()
    {
        const QTemporaryDir folder;
        const auto file = folder.filePath(QStringLiteral("relay.pem"));
        QVERIFY(tls::makeSelfSigned(file, {"a.test,DNS:b.test"}));
        RelayTrust trust;
        trust.authorityFile = file;
        trust.names = {"b.test"};
        QVERIFY(!Handshake(*tls::clientContext(trust), *tls::serverContext(file)).run());
    }

    void tellsWhatIsWrongWithFiles()
    {
        TestCa ca;
        const auto empty = ca.folder() + QStringLiteral("/empty.pem");
        writeFile(empty, "");
        const auto broken = ca.folder() + QStringLiteral("/broken.pem");
        writeFile(broken, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        const auto missing = ca.folder() + QStringLiteral("/missing.pem");
        for (const QString &file : {empty, broken, missing}) {
            QCOMPARE(tls::serverContext(file).error().error, ContextError::NoCertificate);
            QCOMPARE(tls::fingerprint(file).error().error, ContextError::NoCertificate);
            RelayTrust trust;
            trust.authorityFile = file;
            const auto client = tls::clientContext(trust);
            QCOMPARE(client.error().error, ContextError::BadAuthority);
            QVERIFY(client.error().detail.contains(file));
        }
        QCOMPARE(tls::serverContext(ca.authorityFile()).error().error, ContextError::NoKey);
        QCOMPARE(tls::makeSelfSigned(QStringLiteral("/no/such/folder/x.pem"), {}).error().error,
                 ContextError::NoCertificate);
    }

    /// A key of another certificate, and a key behind a passphrase that nobody is asked for.
    void refusesKeysThatDoNotFit()
    {
        TestCa ca;
        const auto read = [](const QString &path) {
            QFile file(path);
            return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
        };
        const auto begin = QByteArray("-----BEGIN CERTIFICATE");
        const auto one = read(ca.issue("DNS:a.test"));
        const auto two = read(ca.issue("DNS:b.test"));
        const auto mixed = ca.folder() + QStringLiteral("/mixed.pem");
        writeFile(mixed, one.left(one.indexOf(begin)) + two.sliced(two.indexOf(begin)));
        QCOMPARE(tls::serverContext(mixed).error().error, ContextError::NoKey);

        BIO *bio = BIO_new(BIO_s_mem());
        EVP_PKEY *key = EVP_EC_gen("P-256");
        PEM_write_bio_PKCS8PrivateKey(bio, key, EVP_aes_128_cbc(), "not-a-secret", 12, nullptr,
                                      nullptr);
        char *text = nullptr;
        const auto bytes = BIO_get_mem_data(bio, &text);
        const auto locked = ca.folder() + QStringLiteral("/locked.pem");
        writeFile(locked, one.sliced(one.indexOf(begin)) + QByteArray(text, bytes));
        BIO_free_all(bio);
        EVP_PKEY_free(key);
        QCOMPARE(tls::serverContext(locked).error().error, ContextError::NoKey);
    }
};

QTEST_APPLESS_MAIN(TestContext)
#include "tst_context.moc"
