#include <QTest>

#include "kitecore/tls/clienthello.h"
#include "tests/support/slicing.h"
#include "tests/support/vectors.h"

using namespace kite;
using namespace kite::test;
using kite::tls::ClientHello;
using kite::tls::HelloError;

namespace {

QByteArray number(qsizetype value, int bytes)
{
    QByteArray text;
    for (int i = bytes - 1; i >= 0; --i)
        text += char(value >> (8 * i));
    return text;
}

QByteArray vector(const QByteArray &content, int lengthBytes)
{
    return number(content.size(), lengthBytes) + content;
}

QByteArray extension(int type, const QByteArray &content)
{
    return number(type, 2) + vector(content, 2);
}

QByteArray serverName(const QByteArray &name)
{
    return extension(0, vector('\0' + vector(name, 2), 2));
}

QByteArray alpn(const QByteArrayList &protocols)
{
    QByteArray list;
    for (const QByteArray &protocol : protocols)
        list += vector(protocol, 1);
    return extension(16, vector(list, 2));
}

QByteArray record(const QByteArray &fragment)
{
    return QByteArray("\x16\x03\x01") + vector(fragment, 2);
}

QByteArray message(const QByteArray &body)
{
    return '\x01' + vector(body, 3);
}

const QByteArray beforeExtensions = "\x03\x03" + QByteArray(32, 'r')
    + vector(QByteArray(32, 's'), 1) + vector("\x13\x01\x13\x02", 2)
    + vector(QByteArray(1, '\0'), 1);

QByteArray hello(const QByteArray &extensions)
{
    return record(message(beforeExtensions + vector(extensions, 2)));
}

/// The same handshake message in records of at most `bytes`.
QByteArray spread(const QByteArray &oneRecord, qsizetype bytes)
{
    QByteArray wire;
    inSlices(QByteArrayView(oneRecord).sliced(5), bytes,
             [&](QByteArrayView part) { wire += record(part.toByteArray()); });
    return wire;
}

} // namespace

class TestClientHello : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void reads_data()
    {
        QTest::addColumn<QByteArray>("wire");
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArrayList>("protocols");
        const auto row = [](const char *title, const QByteArray &wire, const QByteArray &name,
                            const QByteArrayList &protocols = {}) {
            QTest::newRow(title) << wire << name << protocols;
        };

        int vectorRow = 0;
        const auto vectors = readVectors(QStringLiteral(KITE_TEST_DATA "/clienthello.json"));
        for (const auto &value : vectors.array()) {
            const auto v = value.toObject();
            if (!v.contains(u"note"))
                QTest::addRow("recorded %d", vectorRow++)
                    << fromHex(v[u"client_hello_hex"]) << fromText(v[u"sni"][0])
                    << QByteArrayList();
        }
        const auto named = hello(serverName("kite.test"));
        row("name", named, "kite.test");
        row("upper case and a final dot", hello(serverName("Kite.TEST.")), "kite.test");
        row("name and protocols", hello(alpn({"h2", "http/1.1"}) + serverName("a.b")), "a.b",
            {"h2", "http/1.1"});
        row("no extension block", record(message(beforeExtensions)), "");
        row("no extensions", hello(""), "");
        row("GREASE around the name (RFC 8701)",
            hello(extension(0x0a0a, "") + serverName("a.b") + extension(0xfafa, QByteArray(1, '\0'))
                  + alpn({"\x1a\x1a", "h2"})),
            "a.b", {"\x1a\x1a", "h2"});
        row("name of an unknown kind first",
            hello(extension(0, vector("\x07" + vector("??", 2) + '\0' + vector("a.b", 2), 2))),
            "a.b");
        row("empty list of names", hello(extension(0, vector("", 2))), "");
        row("IPv4 address, as libpagekite sends it", hello(serverName("192.0.2.7")), "192.0.2.7");
        row("IPv6 address is no name", hello(serverName("2001:db8::1")), "");
        row("records of one byte", spread(named, 1), "kite.test");
        row("records of 50 bytes", spread(named, 50), "kite.test");
        row("early data follows", named + QByteArray("\x17\x03\x03\x00\x01x", 6), "kite.test");
        row("another message in the same record",
            record(message(beforeExtensions + vector(serverName("a.b"), 2)) + "junk"), "a.b");
        row("post-quantum size",
            hello(extension(51, QByteArray(1300, 'k')) + serverName("kite.test")), "kite.test");
    }

    /// Every beginning of a hello is incomplete, and any rest may follow.
    void reads()
    {
        QFETCH(QByteArray, wire);
        QFETCH(QByteArray, name);
        QFETCH(QByteArrayList, protocols);

        const auto complete = tls::parseClientHello(wire);
        QVERIFY(complete);
        QVERIFY(*complete);
        QCOMPARE((*complete)->serverName, name);
        QCOMPARE((*complete)->protocols, protocols);

        bool wasComplete = false;
        for (qsizetype bytes = 0; bytes < wire.size(); ++bytes) {
            const auto part = tls::parseClientHello(QByteArrayView(wire).first(bytes));
            QVERIFY(part);
            QVERIFY(!wasComplete || part->has_value());
            wasComplete = part->has_value();
            QVERIFY(!wasComplete || (*part)->serverName == name);
        }
    }

    /// The reference answers "no name" for some truncated hellos; we wait for the rest.
    void waitsForTheRest_data()
    {
        QTest::addColumn<QByteArray>("wire");
        int row = 0;
        const auto vectors = readVectors(QStringLiteral(KITE_TEST_DATA "/clienthello.json"));
        for (const auto &value : vectors.array()) {
            if (value.toObject().contains(u"note"))
                QTest::addRow("recorded %d", row++)
                    << fromHex(value.toObject()[u"client_hello_hex"]);
        }
        QTest::newRow("nothing") << QByteArray();
    }

    void waitsForTheRest()
    {
        QFETCH(QByteArray, wire);
        const auto part = tls::parseClientHello(wire);
        QVERIFY(part);
        QVERIFY(!part->has_value());
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("wire");
        QTest::addColumn<HelloError>("error");
        const auto row = [](const char *title, const QByteArray &wire, HelloError error) {
            QTest::newRow(title) << wire << error;
        };
        const auto bad = [&row](const char *title, const QByteArray &extensions) {
            row(title, hello(extensions), HelloError::Malformed);
        };
        const auto body = [&row](const char *title, const QByteArray &bytes) {
            row(title, record(message(bytes)), HelloError::Malformed);
        };

        row("HTTP", "GET / HTTP/1.1\r\n", HelloError::NotAHello);
        row("SSL 2 hello", QByteArray("\x80\x2e\x01\x03\x01", 5), HelloError::NotAHello);
        row("alert record", QByteArray("\x15\x03\x03\x00\x02\x02\x31", 7), HelloError::NotAHello);
        row("version 4", QByteArray("\x16\x04", 2), HelloError::NotAHello);
        row("another message", record("\x02" + vector("x", 3)), HelloError::NotAHello);
        row("alert between the records",
            record("\x01") + QByteArray("\x15\x03\x03\x00\x02\x02\x31", 7), HelloError::NotAHello);
        row("empty record", record(""), HelloError::Malformed);
        row("record over 16 KiB", QByteArray("\x16\x03\x01\x40\x01", 5), HelloError::Malformed);
        row("announced too long", record(QByteArray("\x01\x00\x40\x00", 4)), HelloError::TooLong);
        row("too long in small records", spread(hello(extension(51, QByteArray(8000, 'k'))), 4),
            HelloError::TooLong);
        body("empty", "");
        body("only a version", "\x03\x03");
        body("session id of 33 bytes",
             "\x03\x03" + QByteArray(32, 'r') + vector(QByteArray(33, 's'), 1)
                 + vector("\x13\x01", 2) + vector(QByteArray(1, '\0'), 1));
        body("no ciphers",
             "\x03\x03" + QByteArray(32, 'r') + vector("", 1) + vector("", 2)
                 + vector(QByteArray(1, '\0'), 1));
        body("half a cipher",
             "\x03\x03" + QByteArray(32, 'r') + vector("", 1) + vector("xyz", 2)
                 + vector(QByteArray(1, '\0'), 1));
        body("no compression",
             "\x03\x03" + QByteArray(32, 'r') + vector("", 1) + vector("\x13\x01", 2)
                 + vector("", 1));
        body("extensions past the end", beforeExtensions + number(5, 2) + "xx");
        body("bytes after the extensions", beforeExtensions + vector("", 2) + "x");
        bad("extension past the end", number(0, 2) + number(9, 2) + "x");
        bad("half an extension", "\x01");
        bad("list of names past its extension", extension(0, number(9, 2) + "x"));
        bad("bytes after the list of names", extension(0, vector("", 2) + "x"));
        bad("name past its list", extension(0, vector('\0' + number(9, 2) + "x", 2)));
        bad("two names extensions", serverName("a.b") + serverName("c.d"));
        bad("two protocols extensions", alpn({"h2"}) + alpn({"h2"}));
        bad("protocol without a name", alpn({""}));
        bad("protocol past its list", extension(16, vector("\x09x", 2)));
        bad("empty name", serverName(""));
        bad("only a dot", serverName("."));
        bad("wildcard", serverName("*.kite.test"));
        bad("markup", serverName("<b>.test"));
        bad("line break", serverName("kite.test\r\nX: y"));
        bad("NUL", serverName(QByteArray("kite.test\0.evil", 15)));
        bad("beyond ASCII", serverName("k\xc3\xa4se.test"));
        bad("over 253 bytes", serverName(QByteArray(254, 'a')));
    }

    /// The error comes at the end at the latest, and no beginning passes for another hello.
    void refuses()
    {
        QFETCH(QByteArray, wire);
        QFETCH(HelloError, error);

        const auto parsed = tls::parseClientHello(wire);
        QVERIFY(!parsed);
        QCOMPARE(parsed.error(), error);
        for (qsizetype bytes = 0; bytes < wire.size(); ++bytes) {
            const auto part = tls::parseClientHello(QByteArrayView(wire).first(bytes));
            QVERIFY(part ? !part->has_value() : part.error() == error);
        }
    }

    void tellsTlsByItsFirstByte()
    {
        QVERIFY(tls::beginsTls('\x16'));
        QVERIFY(tls::beginsTls('\x80'));
        QVERIFY(!tls::beginsTls('G'));
        QCOMPARE(tls::accessDeniedAlert().toHex(), "15030300020231");
    }
};

QTEST_APPLESS_MAIN(TestClientHello)
#include "tst_clienthello.moc"
