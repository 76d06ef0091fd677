#include <QTest>

#include "kitecore/relay/accountquery.h"
#include "tests/support/vectors.h"

using namespace kite;
using namespace kite::relay;
using namespace std::chrono_literals;
using Kind = AccountAnswer::Kind;

class TestAccountQuery : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void asksAsPageKiteDoes_data();
    void asksAsPageKiteDoes();
    void asksAProgramWithoutASuffix();
    void readsAddresses_data();
    void readsAddresses();
    void readsZkAuth_data();
    void readsZkAuth();
    void readsAuth_data();
    void readsAuth();
    void choosesTheClosestSource_data();
    void choosesTheClosestSource();
    void comparesRates();
};

/// Recorded between pagekite.py's relay and a name server.
void TestAccountQuery::asksAsPageKiteDoes_data()
{
    QTest::addColumn<QJsonObject>("recorded");

    const auto vectors = test::readVectors(QStringLiteral(KITE_TEST_DATA "/dns_auth.json")).array();
    QVERIFY(vectors.size() >= 9);
    for (const auto &recorded : vectors)
        QTest::newRow(qPrintable(recorded[QStringLiteral("query")].toString().mid(111, 40)))
            << recorded.toObject();
}

void TestAccountQuery::asksAsPageKiteDoes()
{
    QFETCH(const QJsonObject, recorded);
    const auto query = test::fromText(recorded[QStringLiteral("query")]);
    const auto labels = query.split('.');
    const auto protoport = test::fromText(recorded[QStringLiteral("protoport")]);
    const QByteArray suffix = query.contains(".other.") ? "other.auth.test" : "auth.test";
    auto domain = labels.mid(4, labels.size() - 5 - suffix.split('.').size()).join('.');
    domain.replace("_any_", "*");
    const wire::KiteRequest request {*KiteId::parse(protoport + ':' + domain),
                                     test::fromText(recorded[QStringLiteral("bsalt")]),
                                     test::fromText(recorded[QStringLiteral("fsalt")]),
                                     test::fromText(recorded[QStringLiteral("signature")])};
    QCOMPARE(accountQuery(request, suffix), query);

    QList<QHostAddress> addresses;
    if (const auto address = recorded[QStringLiteral("address")]; address.isString())
        addresses.append(QHostAddress(address.toString()));
    const auto answer
        = answerOfAddresses(addresses, test::fromText(recorded[QStringLiteral("canonical_name")]));
    const auto result = recorded[QStringLiteral("result")].toString();
    if (addresses.isEmpty())
        QCOMPARE(answer.kind, Kind::Failed); // what that means is ours to say: no
    else if (result.startsWith(u"Invalid"))
        QCOMPARE(answer.kind, Kind::Refused);
    else
        QCOMPARE(answer.kind, Kind::Granted);
    if (answer.kind == Kind::Refused)
        QVERIFY(result.contains(QStringLiteral("reason ") + QString::fromLatin1(answer.reason)));
    if (result.contains(u"X-PageKite-Quota: "))
        QCOMPARE(answer.allowance.quotaKb,
                 result.section(QStringLiteral("Quota: "), 1).section(u' ', 0, 0).toLongLong());
    if (result.contains(u"QConns 5"))
        QCOMPARE(answer.allowance, (Allowance {10'000, 24, 5, {3, 900s}}));
}

void TestAccountQuery::asksAProgramWithoutASuffix()
{
    const wire::KiteRequest request {*KiteId::parse("http-80:a.test"), "b", "t", "s"};
    QCOMPARE(accountQuery(request, {}), "b.t.s.http-80.a.test.");
}

void TestAccountQuery::readsAddresses_data()
{
    QTest::addColumn<QStringList>("addresses");
    QTest::addColumn<QByteArray>("alias");
    QTest::addColumn<Kind>("kind");
    QTest::addColumn<QByteArray>("reason");

    const auto row = [](const char *name, const QStringList &addresses, const QByteArray &alias,
                        Kind kind, const QByteArray &reason = {}) {
        QTest::newRow(name) << addresses << alias << kind << reason;
    };
    const auto a = [](const char *text) { return QStringList {QString::fromLatin1(text)}; };
    row("quota", a("0.0.40.0"), {}, Kind::Granted);
    row("the highest quota", a("255.255.254.255"), {}, Kind::Granted);
    row("quota used up", a("0.0.0.0"), "nodays.0.0.0.x", Kind::Refused, "quota");
    row("user unknown", a("255.255.255.0"), "why.0.0.0.x", Kind::Unknown);
    row("refused", a("255.255.255.1"), {}, Kind::Refused, "unauthorized");
    row("refused, any last number", a("255.255.255.200"), {}, Kind::Refused, "unauthorized");
    row("refused for a reason", a("255.255.255.1"), "nodays.0.0.0.x", Kind::Refused, "nodays");
    row("reason up to the hyphen", a("255.255.255.1"), "nodays-1-2.0.0.0.x", Kind::Refused,
        "nodays");
    row("reason that is no word", a("255.255.255.1"), "a;b\r\nX: y.0.0.0.x", Kind::Refused,
        "unauthorized");
    row("endless reason", a("255.255.255.1"), QByteArray(33, 'a') + ".0.0.0.x", Kind::Refused,
        "unauthorized");
    row("nothing", {}, {}, Kind::Failed);
    row("no IPv4", a("::1"), {}, Kind::Failed);
    row("IPv4 behind IPv6", {QStringLiteral("::1"), QStringLiteral("0.0.0.9")}, {}, Kind::Granted);
    row("no address", a("quota"), {}, Kind::Failed);
}

void TestAccountQuery::readsAddresses()
{
    QFETCH(const QStringList, addresses);
    QFETCH(const QByteArray, alias);
    QList<QHostAddress> list;
    for (const auto &address : addresses)
        list.append(QHostAddress(address));
    const auto answer = answerOfAddresses(list, alias);
    QTEST(answer.kind, "kind");
    QTEST(answer.reason, "reason");
}

void TestAccountQuery::readsZkAuth_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<Kind>("kind");
    QTest::addColumn<Allowance>("allowance");

    QTest::newRow("granted") << QByteArray(R"({"hostname": "x", "alias": "", "ips": ["0.0.40.0"]})")
                             << Kind::Granted << Allowance {10'240, 0, 0, {}};
    QTest::newRow("with an alias")
        << QByteArray(R"({"hostname": "x", "alias": "ok-3-384.0.18.5.x", "ips": ["0.0.39.16"]})")
        << Kind::Granted << Allowance {10'000, 24, 5, {3, 900s}};
    QTest::newRow("odd alias") << QByteArray(
        R"({"alias": "ok-zz-384.0.-1.zz.x", "ips": ["0.0.39.16"]})")
                               << Kind::Granted << Allowance {10'000, 0, 0, {}};
    QTest::newRow("no addresses") << QByteArray(R"({"hostname": "x"})") << Kind::Failed
                                  << Allowance {};
    QTest::newRow("an array") << QByteArray("[]") << Kind::Failed << Allowance {};
    QTest::newRow("nothing") << QByteArray() << Kind::Failed << Allowance {};
}

void TestAccountQuery::readsZkAuth()
{
    QFETCH(const QByteArray, json);
    const auto answer = answerOfZkAuth(json);
    QTEST(answer.kind, "kind");
    QTEST(answer.allowance, "allowance");
}

void TestAccountQuery::readsAuth_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<Kind>("kind");
    QTest::addColumn<bool>("outOfQuota");
    QTest::addColumn<QByteArray>("reason");
    QTest::addColumn<Allowance>("allowance");

    const auto row = [](const char *name, const QByteArray &json, Kind kind, bool outOfQuota,
                        const QByteArray &reason, const Allowance &allowance) {
        QTest::newRow(name) << json << kind << outOfQuota << reason << allowance;
    };
    row("secret only", R"({"secret": "s3cret"})", Kind::Secret, false, {}, {});
    row("negative is unlimited", R"({"secret": "s3cret", "quota_kb": -2, "quota_days": -1})",
        Kind::Secret, false, {}, {});
    row("all", R"({"secret": "s3cret", "quota_kb": 512, "quota_days": 3, "quota_conns": 4,
                   "ips_per_sec-ips": 5, "ips_per_sec-secs": 60})",
        Kind::Secret, false, {}, {512, 3, 4, {5, 60s}});
    row("quota used up", R"({"secret": "s3cret", "quota_kb": 0})", Kind::Secret, true, "quota", {});
    row("quota null", R"({"secret": "s3cret", "quota_kb": null})", Kind::Secret, true, "quota", {});
    row("with a reason", R"({"secret": "s3cret", "quota_kb": 0, "reason": "nodays"})", Kind::Secret,
        true, "nodays", {});
    row("with an error", R"({"secret": "s3cret", "quota_kb": 0, "error": "noconns"})", Kind::Secret,
        true, "noconns", {});
    row("reason with line ends", R"({"secret": "s3cret", "quota_kb": 0, "reason": "a\r\nb"})",
        Kind::Secret, true, "quota", {});
    row("quota in quotes", R"({"secret": "s3cret", "quota_kb": "0"})", Kind::Failed, false, {}, {});
    row("rate that is none",
        R"({"secret": "s3cret", "ips_per_sec-ips": [], "ips_per_sec-secs": 1})", Kind::Failed,
        false, {}, {});
    row("no secret", R"({"quota_kb": 512})", Kind::Failed, false, {}, {});
    row("empty secret", R"({"secret": ""})", Kind::Failed, false, {}, {});
    row("secret is a number", R"({"secret": 5})", Kind::Failed, false, {}, {});
    row("broken", R"({"secret": "s3c)", Kind::Failed, false, {}, {});
    row("absurd numbers",
        R"({"secret": "s3cret", "ips_per_sec-ips": 1e300, "ips_per_sec-secs": 1})", Kind::Secret,
        false, {}, {});
}

void TestAccountQuery::readsAuth()
{
    QFETCH(const QByteArray, json);
    const auto answer = answerOfAuth(json);
    QTEST(answer.kind, "kind");
    QTEST(answer.outOfQuota, "outOfQuota");
    QTEST(answer.reason, "reason");
    QTEST(answer.allowance, "allowance");
    if (answer.kind == Kind::Secret)
        QVERIFY(answer.secret == secrets::Secret("s3cret"));
}

void TestAccountQuery::choosesTheClosestSource_data()
{
    QTest::addColumn<QByteArray>("domain");
    QTest::addColumn<int>("chosen");

    QTest::newRow("general") << QByteArray("a.example") << 0;
    QTest::newRow("below") << QByteArray("a.test") << 1;
    QTest::newRow("the longest") << QByteArray("x.sub.test") << 2;
    QTest::newRow("not the name itself") << QByteArray("sub.test") << 1;
    QTest::newRow("whole labels only") << QByteArray("a.mytest") << 0;
    QTest::newRow("a wildcard below") << QByteArray("*.sub.test") << 2;
}

void TestAccountQuery::choosesTheClosestSource()
{
    QFETCH(const QByteArray, domain);
    const QList<AccountSource> sources {
        {{}, "general.test", {}}, {"test", "a.test", {}}, {"sub.test", "b.test", {}}};
    const auto *chosen = sourceFor(domain, sources);
    QVERIFY(chosen);
    QTEST(int(chosen - sources.constData()), "chosen");
    QVERIFY(!sourceFor("a.example", sources.sliced(1)));
    QVERIFY(!sourceFor("a.example", {}));
}

void TestAccountQuery::comparesRates()
{
    const VisitorRate none;
    const VisitorRate slow {3, 900s};
    const VisitorRate fast {3, 60s};
    QVERIFY(slow.isStricterThan(fast));
    QVERIFY(!fast.isStricterThan(slow));
    QVERIFY(!slow.isStricterThan(slow));
    QVERIFY(fast.isStricterThan(none));
    QVERIFY(!none.isStricterThan(fast));
    QVERIFY(!(VisitorRate {3, 0s}).isLimit());
}

QTEST_APPLESS_MAIN(TestAccountQuery)
#include "tst_accountquery.moc"
