#include <QTemporaryDir>
#include <QTest>

#include "kitecore/http/requesthead.h"
#include "kitecore/relay/doorman.h"
#include "tests/support/fakeclock.h"
#include "tests/support/vectors.h"

using namespace kite;
using namespace kite::relay;
using namespace std::chrono_literals;
using Word = AddressRule::Word;

class TestAddressRules : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void decidesAsPageKiteDoes_data();
    void decidesAsPageKiteDoes();
    void decides_data();
    void decides();
    void refusesWhatIsNoPattern();
    void patternsTakeBoundedTime();
    void readsAcceptFiles_data();
    void readsAcceptFiles();
    void acceptFileIsReadAnew();
    void believesProxiesOnlyWhenTold_data();
    void believesProxiesOnlyWhenTold();

private:
    static Word decide(const QList<AddressRule> &rules, const char *address)
    {
        return AddressRules::compile(rules).value().wordFor(QLatin1String(address), Word::Deny);
    }
};

void TestAddressRules::decidesAsPageKiteDoes_data()
{
    QTest::addColumn<QJsonObject>("recorded");
    const auto recorded = test::readVectors(QStringLiteral(KITE_TEST_DATA "/access.json"));
    int row = 0;
    for (const auto &one : recorded[QStringLiteral("acl")].toArray())
        QTest::addRow("%d", ++row) << one.toObject();
    QVERIFY(row > 20);
}

void TestAddressRules::decidesAsPageKiteDoes()
{
    QFETCH(const QJsonObject, recorded);
    RelayOptions options;
    for (const auto &acl : recorded[QStringLiteral("acls")].toArray()) {
        const auto word = acl[0].toString().toLower();
        options.visitorRules.append(
            {word == u"allow" ? Word::Allow : Word::Deny, acl[1].toString()});
    }
    const auto allowed = recorded[QStringLiteral("allowed")].toBool();
    const Doorman doorman(options, Clock::system());
    QCOMPARE(doorman.mayVisit(recorded[QStringLiteral("ip")].toString()), allowed);
}

void TestAddressRules::decides_data()
{
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<QByteArray>("address");
    QTest::addColumn<bool>("matches");

    const auto row = [](const char *name, const char *pattern, const char *address, bool matches) {
        QTest::newRow(name) << QString::fromLatin1(pattern) << QByteArray(address) << matches;
    };
    row("whole address", "10\\.1\\.1\\.1", "10.1.1.1", true);
    row("not its beginning", "10\\.1\\.1\\.1", "10.1.1.11", false);
    row("not its end", "10\\.1\\.1\\.1", "110.1.1.1", false);
    row("both sides of a choice", "10\\.1|10\\.2", "10.1.9.9", false);
    row("mapped pattern, plain address", "::ffff:10\\..*", "10.1.1.1", true);
    row("plain pattern, IPv6 address", "10\\..*", "2001:db8::10", false);
    row("localhost", "localhost", "127.0.0.9", true);
    row("localhost, IPv6", "localhost", "::1", true);
    row("localhost, elsewhere", "localhost", "128.0.0.1", false);
    row("any", "any", "2001:db8::1", true);
    row("any, no address", "any", "", true);
}

void TestAddressRules::decides()
{
    QFETCH(const QString, pattern);
    QFETCH(const QByteArray, address);
    QFETCH(const bool, matches);
    QCOMPARE(decide({{Word::Allow, pattern}}, address.constData()),
             matches ? Word::Allow : Word::Deny);
}

void TestAddressRules::refusesWhatIsNoPattern()
{
    const auto compiled = AddressRules::compile({{Word::Allow, QStringLiteral("10.(")}});
    QVERIFY(!compiled);
    QCOMPARE(compiled.error(), QStringLiteral("10.("));
    RelayOptions options; // options from elsewhere: closed
    options.visitorRules
        = {{Word::Allow, QStringLiteral("any")}, {Word::Allow, QStringLiteral("(")}};
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("no pattern")));
    QVERIFY(!Doorman(options, Clock::system()).mayVisit(QStringLiteral("10.1.1.1")));
}

void TestAddressRules::patternsTakeBoundedTime()
{
    const AddressRule slow {Word::Allow, QStringLiteral("(([0-9a-f:]+)*)*x")};
    QCOMPARE(decide({slow}, "2001:0db8:1111:2222:3333:4444:5555:6666"), Word::Deny);
}

void TestAddressRules::readsAcceptFiles_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("address");
    QTest::addColumn<bool>("admitted");

    const auto row = [](const char *name, const char *text, const char *address, bool admitted) {
        QTest::newRow(name) << QByteArray(text) << QByteArray(address) << admitted;
    };
    row("nothing", "", "10.1.1.1", true);
    row("comments", "# 10.* deny\n\n  \n#deny", "10.1.1.1", true);
    row("denied", "10\\.1\\.1\\.1 deny him", "10.1.1.1", false);
    row("any other word denies", "10\\.1\\.1\\.1 drop", "10.1.1.1", false);
    row("allowed before denied", "10\\.1\\. allow\n.* deny", "10.1.1.1", true);
    row("denied in the end", "10\\.1\\. allow\n.* deny", "10.2.1.1", false);
    row("the beginning is enough", "127\\.0\\.0\\.7 deny", "127.0.0.77", false);
    row("only the beginning", "27\\. deny", "127.0.0.77", true);
    row("capitals", "10\\..* ALLOW\nANY... Deny\n", "10.1.1.1", true);
    row("line ends of other systems", "10\\..* deny\r\n", "10.1.1.1", false);
    row("no rule", "10\\..*\n", "10.1.1.1", true);
    row("broken pattern", "10.( deny\n10\\. deny", "10.1.1.1", false);
}

void TestAddressRules::readsAcceptFiles()
{
    QFETCH(const QByteArray, text);
    QFETCH(const QByteArray, address);
    QFETCH(const bool, admitted);
    const auto rules = AcceptFile::read(text);
    QCOMPARE(rules.wordFor(QString::fromLatin1(address), Word::Allow) == Word::Allow, admitted);
}

void TestAddressRules::acceptFileIsReadAnew()
{
    const QTemporaryDir folder;
    const auto path = folder.filePath(QStringLiteral("accept"));
    const auto write = [&](const QByteArray &text) {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
    };
    test::FakeClock clock;
    AcceptFile file(path, clock);
    const auto admits = [&] {
        clock.advance(AcceptFile::lookAgainAfter);
        return file.admits(QStringLiteral("10.1.1.1"));
    };
    QVERIFY(admits()); // there is none yet
    write("10\\. deny");
    QVERIFY(!admits());
    write("10\\. allow\n");
    QVERIFY(admits());
    write("10\\. deny now");
    QVERIFY(!admits());
    QVERIFY(QFile::remove(path));
    QVERIFY(!admits());
    QVERIFY(AcceptFile({}, clock).admits(QStringLiteral("10.1.1.1")));
}

void TestAddressRules::believesProxiesOnlyWhenTold_data()
{
    QTest::addColumn<QByteArray>("peer");
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<QString>("visitor");

    const auto row
        = [](const char *name, const char *peer, const char *headers, const char *visitor) {
              QTest::newRow(name) << QByteArray(peer) << QByteArray(headers)
                                  << QString::fromLatin1(visitor);
          };
    row("nobody says anything", "10.0.0.1", "", "10.0.0.1");
    row("a stranger says something", "192.0.2.1", "X-Forwarded-For: 10.9.9.9\r\n", "192.0.2.1");
    row("a proxy", "10.0.0.1", "X-Forwarded-For: 192.0.2.9\r\n", "192.0.2.9");
    row("what visitors say themselves stands before", "10.0.0.1",
        "x-forwarded-for: 198.51.100.1, 192.0.2.9\r\n", "192.0.2.9");
    row("two proxies", "10.0.0.1", "X-Forwarded-For: 198.51.100.1, 192.0.2.9, 10.0.3.3\r\n",
        "192.0.2.9");
    row("in two headers", "10.0.0.1", "X-Forwarded-For: 192.0.2.9\r\nX-Forwarded-For: 10.0.3.3\r\n",
        "192.0.2.9");
    row("proxies only", "10.0.0.1", "X-Forwarded-For: 10.0.3.3\r\n", "10.0.3.3");
    row("IPv6", "2001:db8::1", "X-Forwarded-For: 2001:db8:ffff::2\r\n", "2001:db8:ffff::2");
    row("mapped", "10.0.0.1", "X-Forwarded-For: ::ffff:192.0.2.9\r\n", "192.0.2.9");
    row("no address", "10.0.0.1", "X-Forwarded-For: 192.0.2.9, unknown\r\n", "10.0.0.1");
    row("nothing in it", "10.0.0.1", "X-Forwarded-For: \r\n", "10.0.0.1");
    row("the wrong header", "10.0.0.1", "X-Forwarded: 192.0.2.9\r\n", "10.0.0.1");
}

void TestAddressRules::believesProxiesOnlyWhenTold()
{
    QFETCH(const QByteArray, peer);
    QFETCH(const QByteArray, headers);
    RelayOptions options;
    options.trustedProxies = {QHostAddress::parseSubnet(QStringLiteral("10.0.0.0/16")),
                              {QHostAddress(QStringLiteral("2001:db8::1")), 128}};
    const Doorman doorman(options, Clock::system());
    const auto head = http::parseRequestHead("GET / HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n");
    QVERIFY(head && *head);
    QTEST(doorman.visitorOf({QString::fromLatin1(peer), 5}, **head).address, "visitor");
    QCOMPARE(Doorman({}, Clock::system()).visitorOf({QString::fromLatin1(peer), 5}, **head).address,
             QString::fromLatin1(peer));
}

QTEST_APPLESS_MAIN(TestAddressRules)
#include "tst_addressrules.moc"
