#include <QTest>

#include "kitecore/relay/firstbytes.h"
#include "kitecore/relay/irchello.h"
#include "kitecore/relay/xmpphello.h"
#include "tests/support/slicing.h"
#include "tests/support/vectors.h"

using namespace kite;
using namespace kite::relay;

namespace {

/// What became of first bytes: `more`, `closed`, `answer ...`, or `KIND host` and what the kite
/// gets of them.
QByteArray described(const Finding &finding, const QByteArray &bytes)
{
    if (std::holds_alternative<NeedMore>(finding))
        return "more";
    if (const auto *refusal = std::get_if<Refusal>(&finding))
        return refusal->answer.isEmpty() ? QByteArray("closed") : "answer " + refusal->answer;
    const auto *visit = std::get_if<NamedVisit>(&finding);
    if (!visit)
        return "something else";
    const QByteArrayList kinds {"http", "websocket", "https", "raw", "irc", "xmpp", "minecraft"};
    return kinds[int(visit->asking)] + ' ' + visit->host + '\n' + visit->headInstead
        + bytes.sliced(visit->headBytes);
}

QByteArray look(const QByteArray &bytes, qsizetype slice)
{
    FirstBytes firstBytes(QByteArray(40, 'a'), {"http", "irc", "xmpp", "minecraft"});
    QByteArray seen;
    QByteArray what = "more";
    test::inSlices(bytes, slice, [&](QByteArrayView part) {
        seen += part;
        if (what == "more")
            what = described(firstBytes.look(seen), bytes);
    });
    return what;
}

QByteArray minecraft(const QByteArray &address, quint16 port)
{
    const auto size = [](qsizetype bytes) {
        return bytes < 128 ? QByteArray(1, char(bytes))
                           : QByteArray(1, char(bytes | 128)) + char(bytes >> 7);
    };
    const auto body = QByteArray("\0\x2f", 2) + size(address.size()) + address + char(port >> 8)
        + char(port) + '\1';
    return size(body.size()) + body;
}

const QByteArray notRegistered
    = "answer :kite 451 * :You have not registered: say which server you want, by "
      "NICK name@server or USER name@server\r\nERROR :Closing link\r\n";

} // namespace

/// Protocols besides HTTP and TLS whose clients name their server.
class TestNamedHellos : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void ircVectors_data();
    void ircVectors();
    void xmppVectors_data();
    void xmppVectors();
    void minecraftVectors_data();
    void minecraftVectors();
    void finds_data();
    void finds();
    void onlyWhereServed_data();
    void onlyWhereServed();
    void endless_data();
    void endless();
};

/// PageKite's results, but for two things: it ends the changed line by LF, and closes without a
/// word where we answer.
void TestNamedHellos::ircVectors_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("what");

    const auto file = test::readVectors(QStringLiteral(KITE_TEST_DATA "/parsers.json"));
    const auto rows = file.object()[QLatin1String("irc")].toArray();
    for (const auto &row : rows) {
        QByteArray bytes;
        for (const auto &line : row.toObject()[QLatin1String("lines")].toArray())
            bytes += test::fromText(line);
        QByteArray forwarded;
        for (const auto &line : row.toObject()[QLatin1String("forwarded")].toArray())
            forwarded += test::fromText(line).trimmed() + "\r\n";
        const auto domain = test::fromText(row.toObject()[QLatin1String("domain")]);
        QTest::newRow(bytes.simplified().constData())
            << bytes << (domain.isEmpty() ? notRegistered : "irc " + domain + '\n' + forwarded);
    }
}

void TestNamedHellos::ircVectors()
{
    QFETCH(const QByteArray, bytes);
    QFETCH(const QByteArray, what);
    test::forEachSlicing(bytes.size(),
                         [&](qsizetype slice) { QCOMPARE(look(bytes, slice), what); });
}

void TestNamedHellos::xmppVectors_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("host"); ///< null: none

    const auto file = test::readVectors(QStringLiteral(KITE_TEST_DATA "/parsers.json"));
    const auto rows = file.object()[QLatin1String("xmpp")].toArray();
    for (const auto &row : rows) {
        const auto bytes = test::fromText(row.toObject()[QLatin1String("data")]);
        QTest::newRow(bytes.constData())
            << bytes << test::fromText(row.toObject()[QLatin1String("server")]);
    }
}

void TestNamedHellos::xmppVectors()
{
    QFETCH(const QByteArray, bytes);
    QFETCH(const QByteArray, host);
    const auto what
        = host.isEmpty() ? "answer " + xmppHostUnknown() : "xmpp " + host + '\n' + bytes;
    test::forEachSlicing(bytes.size(),
                         [&](qsizetype slice) { QCOMPARE(look(bytes, slice), what); });
}

void TestNamedHellos::minecraftVectors_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("host");

    const auto file = test::readVectors(QStringLiteral(KITE_TEST_DATA "/parsers.json"));
    const auto rows = file.object()[QLatin1String("minecraft")].toArray();
    for (const auto &row : rows) {
        const auto bytes = test::fromHex(row.toObject()[QLatin1String("data_hex")]);
        QTest::newRow(bytes.toHex().constData())
            << bytes << test::fromText(row.toObject()[QLatin1String("info")].toArray()[1]);
    }
}

void TestNamedHellos::minecraftVectors()
{
    QFETCH(const QByteArray, bytes);
    QFETCH(const QByteArray, host);
    test::forEachSlicing(bytes.size(), [&](qsizetype slice) {
        QCOMPARE(look(bytes, slice), "minecraft " + host + '\n' + bytes);
    });
}

void TestNamedHellos::finds_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("what");

    const auto row = [](const char *name, const QByteArray &bytes, const QByteArray &what) {
        QTest::newRow(name) << bytes << what;
    };
    row("capabilities first", "CAP LS 302\r\nNICK j\r\nUSER j@k.test 0 * :J\r\nCAP END\r\n",
        "irc k.test\nCAP LS 302\r\nNICK j\r\nUSER j 0 * :J\r\nCAP END\r\n");
    row("commands in lower case", "nick J@K.Test\n", "irc k.test\nnick J\n");
    row("empty line between", "PASS x\r\n\r\nNICK j@k.test\r\n",
        "irc k.test\nPASS x\r\n\r\nNICK j\r\n");
    row("colon before the name", "NICK :j@k.test\r\n", "irc k.test\nNICK :j\r\n");
    row("server without a name", "NICK @k.test\r\nUSER @k.test 0 * :J\r\n", notRegistered);
    row("colon without a name", "NICK :@k.test\r\nUSER j 0 * :J\r\n", notRegistered);
    row("server that is none", "NICK j@<i>\r\nUSER j 0 * :J\r\n", notRegistered);
    row("NICK alone", "NICK\r\nUSER\r\n", notRegistered);
    row("command that comes too early", "NICK j\r\nPRIVMSG #x :hi\r\n", notRegistered);
    row("irc that is not", "NICKNAME j\r\n", "closed");

    row("stream without declaration", "<stream:stream id='1' to='K.test'>",
        "xmpp k.test\n<stream:stream id='1' to='K.test'>");
    row("greater-than in a value", "<?xml?><s a='>' to='k.test' >",
        "xmpp k.test\n<?xml?><s a='>' to='k.test' >");
    row("blanks around equals", "<?xml?><s a = 'x' to = \"k.test\">",
        "xmpp k.test\n<?xml?><s a = 'x' to = \"k.test\">");
    row("not to but into", "<?xml?><s into='k.test'>", "answer " + xmppHostUnknown());
    row("to inside a value", "<?xml?><s a=' to=\"k.test\"'>", "answer " + xmppHostUnknown());
    row("to without quotes", "<?xml?><s to=k.test>", "answer " + xmppHostUnknown());
    row("to with markup", "<?xml?><s to='&lt;'>", "answer " + xmppHostUnknown());
    row("empty tag", "<?xml?><>", "answer " + xmppHostUnknown());
    row("endless declaration", "<?xml <stream:stream to='k.test'>", "more");

    row("port above 32767", minecraft("k.test", 65535),
        "minecraft k.test\n" + minecraft("k.test", 65535));
    row("as long as the first byte of TLS", minecraft("sixteen.kit.test", 25565),
        "minecraft sixteen.kit.test\n" + minecraft("sixteen.kit.test", 25565));
    row("mod's mark", minecraft(QByteArray("k.test\0FML2\0", 12), 1),
        "minecraft k.test\n" + minecraft(QByteArray("k.test\0FML2\0", 12), 1));
    row("final dot", minecraft("k.test.", 1), "minecraft k.test\n" + minecraft("k.test.", 1));
    row("long address", minecraft("k.test" + QByteArray(1, '\0') + QByteArray(200, 'x'), 1),
        "minecraft k.test\n" + minecraft("k.test" + QByteArray(1, '\0') + QByteArray(200, 'x'), 1));
    row("no address", minecraft({}, 1), "closed");
    row("address that is none", minecraft("a b", 1), "closed");
    row("address longer than the packet", QByteArray::fromHex("0c002fff6b2e7465737463dd01"),
        "closed");
    row("endless number in it", QByteArray::fromHex("0c00ffffffffffff7465737463dd01"), "closed");
    row("another packet", QByteArray::fromHex("0c012f066b2e7465737463dd01"), "closed");
    row("TLS is not taken for it", QByteArray::fromHex("16030100040200000000"),
        "answer " + QByteArray::fromHex("15030300020231"));
}

void TestNamedHellos::finds()
{
    QFETCH(const QByteArray, bytes);
    QFETCH(const QByteArray, what);
    test::forEachSlicing(bytes.size(),
                         [&](qsizetype slice) { QCOMPARE(look(bytes, slice), what); });
}

void TestNamedHellos::onlyWhereServed_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("irc") << QByteArray("NICK joe@k.test\r\n");
    QTest::newRow("xmpp") << QByteArray("<?xml?><s to='k.test'>\r\n");
    QTest::newRow("minecraft") << minecraft("k.test", 1);
}

void TestNamedHellos::onlyWhereServed()
{
    QFETCH(const QByteArray, bytes);
    FirstBytes firstBytes(QByteArray(40, 'a'), {"http"});
    QCOMPARE(described(firstBytes.look(bytes), bytes), "closed");
}

void TestNamedHellos::endless_data()
{
    QTest::addColumn<QByteArray>("begin");
    QTest::addColumn<QByteArray>("more");
    QTest::addColumn<QByteArray>("what");

    QTest::newRow("irc line") << QByteArray("NICK ") << QByteArray("x") << notRegistered;
    QTest::newRow("irc lines") << QByteArray("CAP LS\r\n") << QByteArray("CAP LS\r\n")
                               << notRegistered;
    QTest::newRow("xmpp") << QByteArray("<?xml ") << QByteArray("x") << QByteArray("closed");
    QTest::newRow("minecraft") << QByteArray::fromHex("ff0700") << QByteArray("\xff")
                               << QByteArray("closed");
}

void TestNamedHellos::endless()
{
    QFETCH(const QByteArray, begin);
    QFETCH(const QByteArray, more);
    QFETCH(const QByteArray, what);
    FirstBytes firstBytes(QByteArray(40, 'a'), {"irc", "xmpp", "minecraft"});
    auto bytes = begin;
    while (described(firstBytes.look(bytes), bytes) == "more" && bytes.size() < 100'000)
        bytes += more;
    QCOMPARE(described(firstBytes.look(bytes), bytes), what);
    QVERIFY(bytes.size() <= maxXmppHelloBytes);
}

QTEST_APPLESS_MAIN(TestNamedHellos)
#include "tst_namedhellos.moc"
