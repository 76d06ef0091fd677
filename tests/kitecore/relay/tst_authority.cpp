#include <QTest>

#include "kitecore/relay/authority.h"
#include "kitecore/wire/signature.h"
#include "tests/support/fakeclock.h"

using namespace kite;
using namespace kite::relay;
using namespace std::chrono_literals;

namespace {

const QByteArray token = "0123456789abcdef";
const QString here = QStringLiteral("192.0.2.7");

RelayOptions someOptions()
{
    RelayOptions options;
    options.protocols = {"http", "https", "websocket", "raw"};
    options.rawPorts = {"22"};
    options.tlsNames = {{"relay.test", {}}};
    options.tlsDefault = "default.test";
    const auto account
        = [&](const QByteArrayList &protocols, const QByteArray &domain, const QByteArray &secret) {
              options.accounts.append({protocols, domain, secrets::Secret(secret)});
          };
    account({"http", "raw"}, "a.test", "s3cret");
    account({"http-8080"}, "a.test", "s3cret-8080");
    account({"http"}, "*.w.test", "s3cret-w");
    account({"http"}, "b.w.test", "s3cret-b");
    account({"http"}, "*.test", "s3cret-test");
    account({"http-8080"}, "*.w.test", "s3cret-w-8080");
    account({"raw"}, "*.v.test", "s3cret-v");
    account({"raw"}, "*.test", "s3cret-v");
    account({"*"}, "all.example", "s3cret-all");
    account({}, "Relay.test", "s3cret-relay");
    account({"http"}, "unknown", "s3cret-unknown");
    account({"raw-22", "raw"}, "p.example", "s3cret-p");
    account({"irc", "https"}, "default.test", "s3cret-default");
    return options;
}

wire::KiteRequest requestFor(const QByteArray &kite)
{
    wire::KiteRequest request;
    request.kite = *KiteId::parse(kite);
    request.connectorSalt = "5a17";
    return request;
}

void sign(wire::KiteRequest &request, const QByteArray &secret)
{
    request.signature = wire::sign(token, secret, request.payload());
}

} // namespace

class TestAuthority : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void judges_data();
    void judges();
    void nameWithAnAccountLeavesAWildcard();
    void asksServices_data();
    void asksServices();
    void asksNobodyInVain_data();
    void asksNobodyInVain();
    void servicesDoNotMakeChallengesReusable();
    void asksForAProofFirst_data();
    void asksForAProofFirst();
    void challengeIsForOneKiteAndSalt();
    void challengeIsGoodForOneUse();
    void wrongProofLeavesTheChallengeUnused();
    void challengeGrowsOld();
    void usesAreRememberedAsLongAsChallengesLive();
    void whoProvesTooMuchKeepsNobodyOut();
    void challengeOfAnotherProcessIsRefused();
    void forgedChallengeIsRefused_data();
    void forgedChallengeIsRefused();

private:
    /// A request that was challenged and signed, as a connector would.
    wire::KiteRequest proved(const QByteArray &kite, const QByteArray &secret) const
    {
        auto request = requestFor(kite);
        request.relaySalt = m_authority->challenge(request);
        sign(request, secret);
        return request;
    }

    Judgement judge(const wire::KiteRequest &request, const AccountAnswer *ruling = nullptr) const
    {
        return m_authority->judge(request, here, ruling);
    }

    const RelayOptions m_options = someOptions();
    std::unique_ptr<test::FakeClock> m_clock;
    std::unique_ptr<Challenges> m_challenges;
    std::unique_ptr<Authority> m_authority;

private Q_SLOTS:
    void init()
    {
        m_clock = std::make_unique<test::FakeClock>();
        m_challenges = std::make_unique<Challenges>(*m_clock, "not-a-secret");
        m_authority
            = std::make_unique<Authority>(m_options, QList<quint16> {80, 8080}, *m_challenges);
    }
};

void TestAuthority::judges_data()
{
    QTest::addColumn<QByteArray>("kite");
    QTest::addColumn<QByteArray>("secret");
    QTest::addColumn<Judgement>("judgement");

    const auto row
        = [](const char *name, const QByteArray &kite, const QByteArray &secret,
             Judgement judgement) { QTest::newRow(name) << kite << secret << judgement; };
    using enum Judgement;
    row("right", "http:a.test", "s3cret", Proven);
    row("capitals are lowered before", "HTTP:A.Test", "s3cret", Proven);
    row("wrong", "http:a.test", "guess", BadSignature);
    row("empty secret", "http:a.test", "", BadSignature);
    row("unknown kite", "http:a.example", "s3cret", Unauthorized);
    row("known name, other protocol", "websocket:a.test", "s3cret", Unauthorized);
    row("protocol not served", "irc:a.test", "s3cret", BadProtocol);
    row("port of its own account", "http-8080:a.test", "s3cret-8080", Proven);
    row("port falls back to the protocol", "http-80:a.test", "s3cret", Proven);
    row("the port's account is the first found", "http-8080:a.test", "s3cret", BadSignature);
    row("port not served", "http-81:a.test", "s3cret", BadPort);
    row("port before protocol", "irc-81:a.test", "s3cret", BadPort);
    row("raw port", "raw-22:a.test", "s3cret", Proven);
    row("raw port not served", "raw-80:a.test", "s3cret", BadPort);
    row("raw without port", "raw:a.test", "s3cret", Proven);
    row("exact before wildcard", "http:b.w.test", "s3cret-b", Proven);
    row("wildcard", "http:c.w.test", "s3cret-w", Proven);
    row("wildcard at any depth", "http:d.c.w.test", "s3cret-w", Proven);
    row("wider wildcard", "http:c.other.test", "s3cret-test", Proven);
    row("longest wildcard only", "http:c.w.test", "s3cret-test", BadSignature);
    row("plain name before wildcard of the port", "http-8080:b.w.test", "s3cret-b", Proven);
    row("wildcard of the port is not the name's", "http-8080:b.w.test", "s3cret-w-8080",
        BadSignature);
    row("wildcard of the port", "http-8080:c.w.test", "s3cret-w-8080", Proven);
    row("wildcard for what the name's account is not for", "raw:b.w.test", "s3cret-v",
        Unauthorized);
    row("the name's own for what it is not for", "raw:b.w.test", "s3cret-b", Unauthorized);
    row("wildcard for a name of nobody's", "raw:c.v.test", "s3cret-v", Proven);
    row("narrower wildcard before a wider one", "raw:c.w.test", "s3cret-v", Unauthorized);
    row("wildcard asked for", "http:*.w.test", "s3cret-w", Proven);
    row("narrower wildcard asked for", "http:*.x.w.test", "s3cret-w", Proven);
    row("root of a wildcard", "http:w.test", "s3cret-test", Proven);
    row("account for all protocols", "https:all.example", "s3cret-all", Proven);
    row("all means all served", "irc:all.example", "s3cret-all", BadProtocol);
    row("http under the relay's name", "http:relay.test", "s3cret-relay", Proven);
    row("https would shadow the relay's name", "https:relay.test", "s3cret-relay", BadProtocol);
    row("https would shadow the default name", "https:default.test", "s3cret-default", BadProtocol);
    row("catch-all", "http:unknown", "s3cret-unknown", Proven);
    row("catch-all is under no wildcard", "http:unknown", "s3cret-test", BadSignature);
    row("catch-all of another protocol", "websocket:unknown", "s3cret-unknown", Unauthorized);
    row("catch-all of a port", "http-8080:unknown", "s3cret-unknown", Proven);
    row("account of a port", "raw-22:p.example", "s3cret-p", Proven);
    row("account of a port is none of others", "http-80:p.example", "s3cret-p", Unauthorized);
}

void TestAuthority::judges()
{
    QFETCH(const QByteArray, kite);
    QFETCH(const QByteArray, secret);
    QFETCH(const Judgement, judgement);
    QCOMPARE(judge(proved(kite, secret)), judgement);
}

/// Who flew it by the wildcard's secret before.
void TestAuthority::nameWithAnAccountLeavesAWildcard()
{
    const auto kite = *KiteId::parse("http:c.w.test");
    auto options = someOptions();
    QVERIFY(Authority(options, {80}, *m_challenges).stillAccepts(kite, *m_authority));
    options.accounts.append({{"raw"}, "c.w.test", secrets::Secret("s3cret-c")});
    QVERIFY(!Authority(options, {80}, *m_challenges).stillAccepts(kite, *m_authority));
}

void TestAuthority::asksServices_data()
{
    QTest::addColumn<QByteArray>("kite");
    QTest::addColumn<AccountAnswer::Kind>("answer");
    QTest::addColumn<QByteArray>("secret"); ///< the connector's
    QTest::addColumn<bool>("outOfQuota");
    QTest::addColumn<Judgement>("judgement");

    const auto row = [](const char *name, const QByteArray &kite, AccountAnswer::Kind answer,
                        const QByteArray &secret, Judgement judgement, bool outOfQuota = false) {
        QTest::newRow(name) << kite << answer << secret << outOfQuota << judgement;
    };
    using enum AccountAnswer::Kind;
    const QByteArray nobodys = "http:a.example";
    row("granted", nobodys, Granted, "whatever", Judgement::Proven);
    row("refused", nobodys, Refused, "whatever", Judgement::Refused);
    row("unknown there", nobodys, Unknown, "s3cret-there", Judgement::Unauthorized);
    row("fails closed", nobodys, Failed, "s3cret-there", Judgement::Unauthorized);
    row("secret right", nobodys, Secret, "s3cret-there", Judgement::Proven);
    row("secret wrong", nobodys, Secret, "guess", Judgement::BadSignature);
    row("out of quota", nobodys, Secret, "s3cret-there", Judgement::Refused, true);
    row("quota is nobody else's business", nobodys, Secret, "guess", Judgement::BadSignature, true);
    row("ours, theirs is newer", "http:a.test", Granted, "newer", Judgement::Proven);
    row("ours, refused there", "http:a.test", Refused, "newer", Judgement::Refused);
    row("ours, unknown there", "http:a.test", Unknown, "guess", Judgement::BadSignature);
    row("ours, nobody answers there", "http:a.test", Failed, "guess", Judgement::BadSignature);
}

void TestAuthority::asksServices()
{
    QFETCH(const QByteArray, kite);
    QFETCH(const QByteArray, secret);
    QFETCH(const Judgement, judgement);
    auto options = someOptions();
    options.accountSources = {{{}, "auth.test", {}}};
    m_authority = std::make_unique<Authority>(options, QList<quint16> {80, 8080}, *m_challenges);
    const auto request = proved(kite, secret);
    QVERIFY(m_authority->needsRuling(request));
    QCOMPARE(judge(request), Judgement::AskElsewhere);

    AccountAnswer ruling;
    QFETCH(const AccountAnswer::Kind, answer);
    QFETCH(const bool, outOfQuota);
    ruling.kind = answer;
    ruling.secret = secrets::Secret("s3cret-there");
    ruling.outOfQuota = outOfQuota;
    QCOMPARE(judge(request, &ruling), judgement);
    m_authority.reset(); // before its options
}

void TestAuthority::asksNobodyInVain_data()
{
    QTest::addColumn<QByteArray>("kite");
    QTest::addColumn<QByteArray>("secret");

    QTest::newRow("our own account") << QByteArray("http:a.test") << QByteArray("s3cret");
    QTest::newRow("protocol not served") << QByteArray("irc:a.example") << QByteArray("s3cret");
    QTest::newRow("port not served") << QByteArray("http-81:a.example") << QByteArray("s3cret");
    QTest::newRow("not below any source") << QByteArray("http:a.nowhere") << QByteArray("s3cret");
}

void TestAuthority::asksNobodyInVain()
{
    QFETCH(const QByteArray, kite);
    QFETCH(const QByteArray, secret);
    auto options = someOptions();
    options.accountSources = {{"example", "auth.test", {}}, {"test", "auth.test", {}}};
    m_authority = std::make_unique<Authority>(options, QList<quint16> {80, 8080}, *m_challenges);
    auto request = proved(kite, secret);
    QVERIFY(!m_authority->needsRuling(request));
    request.relaySalt[3] = 'x'; // a forged challenge is no reason to ask either
    QVERIFY(!m_authority->needsRuling(request));
    m_authority.reset();
}

void TestAuthority::servicesDoNotMakeChallengesReusable()
{
    auto options = someOptions();
    options.accountSources = {{{}, "auth.test", {}}};
    m_authority = std::make_unique<Authority>(options, QList<quint16> {80, 8080}, *m_challenges);
    const auto request = proved("http:a.example", "s3cret");
    AccountAnswer granted;
    granted.kind = AccountAnswer::Kind::Granted;
    QCOMPARE(judge(request, &granted), Judgement::Proven);
    QCOMPARE(judge(request, &granted), Judgement::Unauthorized);
    m_authority.reset();
}

void TestAuthority::asksForAProofFirst_data()
{
    QTest::addColumn<QByteArray>("relaySalt");
    QTest::addColumn<QByteArray>("signature");

    QTest::newRow("neither") << QByteArray() << QByteArray();
    QTest::newRow("first request of pagekite.py") << QByteArray() << QByteArray(36, 'a');
    QTest::newRow("no signature") << QByteArray(36, 't') << QByteArray();
}

/// Also for kites that will be refused in the end: nothing is told to who proves nothing.
void TestAuthority::asksForAProofFirst()
{
    QFETCH(const QByteArray, relaySalt);
    QFETCH(const QByteArray, signature);
    for (const char *kite :
         {"http:a.test", "http:nobody.example", "irc:a.test", "http-81:a.test"}) {
        auto request = requestFor(kite);
        request.relaySalt = relaySalt;
        request.signature = signature;
        QCOMPARE(judge(request), Judgement::SignThis);
    }
}

void TestAuthority::challengeIsForOneKiteAndSalt()
{
    auto other = requestFor("http:b.w.test");
    other.relaySalt = m_authority->challenge(requestFor("http:a.test"));
    sign(other, "s3cret-b");
    QCOMPARE(judge(other), Judgement::Unauthorized);

    auto salted = requestFor("http:a.test");
    salted.relaySalt = m_authority->challenge(salted);
    salted.connectorSalt = "07e7";
    sign(salted, "s3cret");
    QCOMPARE(judge(salted), Judgement::Unauthorized);
}

void TestAuthority::challengeIsGoodForOneUse()
{
    const auto request = proved("http:a.test", "s3cret");
    QCOMPARE(judge(request), Judgement::Proven);
    QCOMPARE(judge(request), Judgement::Unauthorized);

    auto again = request; // signed anew does not make it new
    again.signature = wire::sign("fedcba98", "s3cret", again.payload());
    QCOMPARE(judge(again), Judgement::Unauthorized);
    QCOMPARE(judge(proved("http:a.test", "s3cret")), Judgement::Proven);
}

void TestAuthority::wrongProofLeavesTheChallengeUnused()
{
    auto request = proved("http:a.test", "guess");
    QCOMPARE(judge(request), Judgement::BadSignature);
    sign(request, "s3cret");
    QCOMPARE(judge(request), Judgement::Proven);
}

void TestAuthority::challengeGrowsOld()
{
    const auto early = proved("http:a.test", "s3cret");
    m_clock->advance(599s); // the window changes meanwhile
    QCOMPARE(judge(early), Judgement::Proven);

    const auto late = proved("http:a.test", "s3cret");
    m_clock->advance(1201s);
    QCOMPARE(judge(late), Judgement::Unauthorized);
}

void TestAuthority::usesAreRememberedAsLongAsChallengesLive()
{
    const auto request = proved("http:a.test", "s3cret");
    QCOMPARE(judge(request), Judgement::Proven);
    for (int i = 0; i < 25; ++i) {
        QCOMPARE(judge(request), Judgement::Unauthorized);
        QCOMPARE(judge(proved("http:a.test", "s3cret")), Judgement::Proven);
        m_clock->advance(60s);
    }
}

void TestAuthority::whoProvesTooMuchKeepsNobodyOut()
{
    int number = 0;
    const auto uses = [&](const QString &address) {
        auto request = requestFor("http:a.test");
        request.relaySalt = QByteArray::number(++number);
        return m_challenges->use(request, address);
    };
    const auto usesAll = [&](const QString &address) {
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("too many proofs")));
        int count = 0;
        while (uses(address))
            ++count;
        return count;
    };
    const auto most = int(Challenges::maxUsesPerWindow);
    QCOMPARE(usesAll(QStringLiteral("2001:db8::1")), most / 2);
    QCOMPARE(usesAll(QStringLiteral("2001:db8::ffff")), 0); // a neighbour
    QCOMPARE(usesAll(QStringLiteral("2001:db8:0:1::1")), most / 4);
    QCOMPARE(judge(proved("http:a.test", "s3cret")), Judgement::Proven);
    m_clock->advance(600s);
    QVERIFY(uses(QStringLiteral("2001:db8::1")));
}

void TestAuthority::challengeOfAnotherProcessIsRefused()
{
    Challenges otherChallenges(*m_clock, "also-not-a-secret");
    Authority other(m_options, {80}, otherChallenges);
    auto request = requestFor("http:a.test");
    request.relaySalt = other.challenge(request);
    sign(request, "s3cret");
    QCOMPARE(judge(request), Judgement::Unauthorized);
    QCOMPARE(other.judge(request, here), Judgement::Proven);
}

void TestAuthority::forgedChallengeIsRefused_data()
{
    QTest::addColumn<QByteArray>("relaySalt");

    QTest::newRow("invented") << QByteArray('t' + QByteArray(35, 'f'));
    QTest::newRow("short") << QByteArray("t");
    QTest::newRow("no time") << wire::sign("01234567", "not-a-secret", "http:a.test:5a17");
}

void TestAuthority::forgedChallengeIsRefused()
{
    QFETCH(const QByteArray, relaySalt);
    auto request = requestFor("http:a.test");
    request.relaySalt = relaySalt;
    sign(request, "s3cret");
    QCOMPARE(judge(request), Judgement::Unauthorized);
}

QTEST_APPLESS_MAIN(TestAuthority)
#include "tst_authority.moc"
