#include <QTest>

#include "kitecore/relay/linkdesk.h"
#include "kitecore/wire/signature.h"
#include "tests/support/fakeclock.h"

using namespace kite;
using namespace kite::relay;
using namespace std::chrono_literals;
using Kind = wire::Verdict::Kind;

namespace {

const QString here = QStringLiteral("192.0.2.7");

RelayOptions someOptions()
{
    RelayOptions options;
    options.accounts = {{{"http"}, "*.kite.test", secrets::Secret("s3cret")}};
    options.protocols = {"http", "https", "websocket", "raw"};
    options.motd = "hello";
    options.maxKitesPerLink = 3;
    return options;
}

/// The reading end of a link's mail.
class Mail final : public QObject
{
public:
    Mail() : box(std::make_shared<LinkMail>(this)) {}
    ~Mail() override { box->close(); }

    QByteArrayList letters() const
    {
        QByteArrayList words;
        for (const auto &letter : box->take()) {
            if (const auto *ping = std::get_if<PingLink>(&letter))
                words << "ping " + QByteArray::number(ping->link);
            if (const auto *close = std::get_if<CloseLink>(&letter))
                words << "close " + QByteArray::number(close->link);
        }
        return words;
    }

    std::shared_ptr<LinkMail> box;
};

QByteArrayList words(const LinkAnswer &answer)
{
    QByteArrayList found;
    for (const auto &verdict : answer.reply.verdicts) {
        const QByteArrayList kinds {"sign", "ok", "ssl", "duplicate", "invalid"};
        auto word = kinds[int(verdict.kind)] + ' ' + verdict.kite.toByteArray();
        if (verdict.kind == Kind::Invalid)
            word += ' ' + verdict.detail;
        found << word;
    }
    return found;
}

} // namespace

class TestLinkDesk : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_registry = std::make_unique<KiteRegistry>();
        m_desk = std::make_unique<LinkDesk>(m_options, QList<quint16> {80}, m_names, *m_registry,
                                            m_clock);
        m_mail = std::make_unique<Mail>();
        m_lastLink = 0;
    }

    void challengesThenAccepts();
    void answersInOrder();
    void saysWhoWeAre_data();
    void saysWhoWeAre();
    void duplicateIsToldAndTheOlderPinged();
    void replaceByTheOwnerClosesTheOlder();
    void silentRivalsGiveUpTheirKites();
    void replaceByAStrangerDropsNothing();
    void replaceOfSomeKitesLeavesTheRest();
    void replaceIsInheritedOverASecondConnection();
    void replaceByTheSessionOfTheChallenge();
    void notMoreKitesThanAllowed();
    void wrongSecretsAreAnsweredSlower();
    void oneGreetingIsNoWayToGuessFaster();

private:
    LinkPtr newLink(const QByteArray &formerSession = {})
    {
        const auto id = ++m_lastLink;
        return std::make_shared<const LinkAddress>(
            LinkAddress {id, "session" + QByteArray::number(id), QStringLiteral("192.0.2.7:1"),
                         m_mail->box, false, formerSession});
    }

    static wire::Greeting greetingFor(const QByteArrayList &kites)
    {
        wire::Greeting greeting;
        for (const auto &kite : kites)
            greeting.kites.push_back({*KiteId::parse(kite), "5a17", {}, {}});
        return greeting;
    }

    /// What a connector makes of a reply that challenges it.
    static wire::Greeting proof(const LinkAnswer &challenge, const QByteArray &secret = "s3cret")
    {
        wire::Greeting greeting;
        for (const auto &verdict : challenge.reply.verdicts) {
            wire::KiteRequest request {verdict.kite, verdict.connectorSalt, verdict.detail, {}};
            request.signature = wire::sign("01234567", secret, request.payload());
            greeting.kites.push_back(request);
        }
        return greeting;
    }

    /// Both steps of a handshake on one link.
    LinkAnswer fly(const LinkPtr &link, const QByteArrayList &kites,
                   const QByteArray &replaces = {})
    {
        auto greeting = proof(m_desk->answer(greetingFor(kites), link, here));
        greeting.replaces = replaces;
        return m_desk->answer(greeting, link, here);
    }

    const RelayOptions m_options = someOptions();
    const tls::ServerNames m_names;
    test::FakeClock m_clock;
    std::unique_ptr<KiteRegistry> m_registry;
    std::unique_ptr<LinkDesk> m_desk;
    std::unique_ptr<Mail> m_mail;
    quint64 m_lastLink = 0;
};

void TestLinkDesk::challengesThenAccepts()
{
    const auto link = newLink();
    const auto challenge = m_desk->answer(greetingFor({"http:a.kite.test"}), link, here);
    QCOMPARE(words(challenge), QByteArrayList {"sign http:a.kite.test"});
    QCOMPARE(challenge.challenged, 1);
    QCOMPARE(challenge.accepted, 0);
    QCOMPARE(challenge.reply.verdicts.front().detail.size(), 36);
    QVERIFY(!m_registry->find(Asking::Http, 80, "a.kite.test"));

    const auto answer = m_desk->answer(proof(challenge), link, here);
    QCOMPARE(words(answer), QByteArrayList {"ok http:a.kite.test"});
    QCOMPARE(answer.accepted, 1);
    QCOMPARE(m_registry->find(Asking::Http, 80, "a.kite.test")->link, link);
}

void TestLinkDesk::answersInOrder()
{
    const auto link = newLink();
    auto greeting
        = proof(m_desk->answer(greetingFor({"http:b.kite.test", "http:x.example", "irc:b.kite.test",
                                            "http-81:b.kite.test", "http:c.kite.test"}),
                               link, here));
    greeting.kites.push_back(greetingFor({"http:d.kite.test"}).kites.front());
    const auto answer = m_desk->answer(greeting, link, here);
    const QByteArrayList expected {
        "ok http:b.kite.test",           "invalid http:x.example unauthorized",
        "invalid irc:b.kite.test proto", "invalid http-81:b.kite.test port",
        "ok http:c.kite.test",           "sign http:d.kite.test"};
    QCOMPARE(words(answer), expected);
    QCOMPARE(answer.accepted, 2);
    QCOMPARE(answer.challenged, 1);
}

void TestLinkDesk::saysWhoWeAre_data()
{
    QTest::addColumn<bool>("announceCompression");
    QTest::addColumn<bool>("wideWindow");

    QTest::newRow("pagekite.py") << true << false;
    QTest::newRow("ours") << true << true;
    QTest::newRow("no compression") << false << false;
}

void TestLinkDesk::saysWhoWeAre()
{
    QFETCH(const bool, announceCompression);
    QFETCH(const bool, wideWindow);

    auto options = someOptions();
    options.announceCompression = announceCompression;
    options.rawPorts = {"virtual"};
    LinkDesk desk(options, {80, 443}, m_names, *m_registry, m_clock);
    auto greeting = greetingFor({"http:a.kite.test"});
    greeting.features.wideWindow = wideWindow;
    const auto reply = desk.answer(greeting, newLink(), here).reply;
    QCOMPARE(reply.features.compression, announceCompression);
    QCOMPARE(reply.features.wideWindow, wideWindow);
    QVERIFY(reply.features.addKites);
    QVERIFY(reply.features.webSockets);
    QCOMPARE(reply.protocols, options.protocols);
    QCOMPARE(reply.ports, (QList<quint16> {80, 443}));
    QCOMPARE(reply.rawPorts, options.rawPorts);
    QCOMPARE(reply.sessionId, "session1");
    QCOMPARE(reply.motd, "hello");
}

void TestLinkDesk::duplicateIsToldAndTheOlderPinged()
{
    const auto older = newLink();
    QCOMPARE(fly(older, {"http:a.kite.test"}).accepted, 1);
    QCOMPARE(words(fly(newLink(), {"http:a.kite.test"})),
             QByteArrayList {"duplicate http:a.kite.test"});
    QCOMPARE(m_mail->letters(), QByteArrayList {"ping 1"});
    QCOMPARE(m_registry->find(Asking::Http, 80, "a.kite.test")->link, older);
}

void TestLinkDesk::silentRivalsGiveUpTheirKites()
{
    const auto silent = newLink();
    const auto living = newLink();
    fly(silent, {"http:a.kite.test", "http:b.kite.test"});
    fly(living, {"http:c.kite.test"});
    const auto newer = newLink();
    auto contested = fly(newer, {"http:a.kite.test", "http:c.kite.test", "http:b.kite.test"});
    QCOMPARE(m_mail->letters(), (QByteArrayList {"ping 1", "ping 2"}));
    QCOMPARE(contested.rivals.size(), 3U);

    const auto answer = m_desk->settle(std::move(contested), newer, {silent->session});
    QCOMPARE(words(answer),
             (QByteArrayList {"ok http:a.kite.test", "duplicate http:c.kite.test",
                              "ok http:b.kite.test"}));
    QCOMPARE(answer.accepted, 2);
    QCOMPARE(m_mail->letters(), QByteArrayList {"close 1"});
    QCOMPARE(m_registry->find(Asking::Http, 80, "b.kite.test")->link, newer);
    QCOMPARE(m_registry->find(Asking::Http, 80, "c.kite.test")->link, living);
}

void TestLinkDesk::replaceByTheOwnerClosesTheOlder()
{
    fly(newLink(), {"http:a.kite.test", "http:b.kite.test"});
    const auto newer = newLink();
    QCOMPARE(fly(newer, {"http:a.kite.test", "http:b.kite.test"}, "session1").accepted, 2);
    QCOMPARE(m_mail->letters(), QByteArrayList {"close 1"});
    QCOMPARE(m_registry->find(Asking::Http, 80, "b.kite.test")->link, newer);
}

void TestLinkDesk::replaceByAStrangerDropsNothing()
{
    const auto older = newLink();
    fly(older, {"http:a.kite.test"});
    const auto stranger = newLink();
    auto first = greetingFor({"http:a.kite.test"});
    first.replaces = "session1";
    const auto challenge = m_desk->answer(first, stranger, here);
    auto guess = proof(challenge, "guess");
    guess.replaces = "session1";
    QCOMPARE(words(m_desk->answer(guess, stranger, here)),
             QByteArrayList {"invalid http:a.kite.test signature"});
    // Nor does another kite's secret help.
    QCOMPARE(fly(stranger, {"http:b.kite.test"}, "session1").accepted, 1);
    QCOMPARE(m_mail->letters(), QByteArrayList {});
    QCOMPARE(m_registry->find(Asking::Http, 80, "a.kite.test")->link, older);
}

void TestLinkDesk::replaceOfSomeKitesLeavesTheRest()
{
    const auto older = newLink();
    fly(older, {"http:a.kite.test", "http:b.kite.test"});
    const auto newer = newLink();
    QCOMPARE(fly(newer, {"http:a.kite.test"}, "session1").accepted, 1);
    QCOMPARE(m_mail->letters(), QByteArrayList {});
    QCOMPARE(m_registry->find(Asking::Http, 80, "a.kite.test")->link, newer);
    QCOMPARE(m_registry->find(Asking::Http, 80, "b.kite.test")->link, older);
}

/// libpagekite and others sign on a second connection, and name the first one's session there.
void TestLinkDesk::replaceIsInheritedOverASecondConnection()
{
    fly(newLink(), {"http:a.kite.test"});
    auto first = greetingFor({"http:a.kite.test"});
    first.replaces = "session1";
    auto second = proof(m_desk->answer(first, newLink(), here));
    second.replaces = "session2";
    QCOMPARE(words(m_desk->answer(second, newLink(), here)),
             QByteArrayList {"ok http:a.kite.test"});
    QCOMPARE(m_mail->letters(), QByteArrayList {"close 1"});
}

/// pagekite.py without compression remembers the session of its challenge, not the link's.
void TestLinkDesk::replaceByTheSessionOfTheChallenge()
{
    auto proved = proof(m_desk->answer(greetingFor({"http:a.kite.test"}), newLink(), here));
    proved.replaces = "session1";
    QCOMPARE(m_desk->answer(proved, newLink("session1"), here).accepted, 1);

    auto first = greetingFor({"http:a.kite.test"});
    first.replaces = "session1";
    auto second = proof(m_desk->answer(first, newLink("session1"), here));
    second.replaces = "session3";
    QCOMPARE(words(m_desk->answer(second, newLink("session3"), here)),
             QByteArrayList {"ok http:a.kite.test"});
    QCOMPARE(m_mail->letters(), QByteArrayList {"close 2"});
}

void TestLinkDesk::notMoreKitesThanAllowed()
{
    const auto link = newLink();
    QCOMPARE(fly(link, {"http:a.kite.test", "http:b.kite.test"}).accepted, 2);
    const auto answer = fly(link, {"http:c.kite.test", "http:d.kite.test"});
    QCOMPARE(words(answer),
             (QByteArrayList {"ok http:c.kite.test", "invalid http:d.kite.test quota"}));
}

void TestLinkDesk::wrongSecretsAreAnsweredSlower()
{
    const auto link = newLink();
    const auto question = greetingFor({"http:a.kite.test"});
    for (int i = 0; i < 6; ++i)
        m_desk->answer(proof(m_desk->answer(question, link, here), "guess"), link, here);
    const auto signedOne = proof(m_desk->answer(question, link, here));
    QVERIFY(m_desk->waitFor(signedOne, here) > 0ms);
    QCOMPARE(m_desk->waitFor(question, here), 0ms); // proves nothing, learns nothing
    QCOMPARE(m_desk->waitFor(signedOne, QStringLiteral("192.0.2.8")), 0ms);
}

/// Nor a way to see which guess was right: what comes after too many wrong ones is not looked at.
void TestLinkDesk::oneGreetingIsNoWayToGuessFaster()
{
    const auto link = newLink();
    const auto question = greetingFor(QByteArrayList(10, "http:a.kite.test"));
    const auto challenge = m_desk->answer(question, link, here);
    auto guesses = proof(challenge, "guess");
    guesses.kites.push_back(proof(challenge).kites.front());
    const auto looked = [&] {
        const auto answer = m_desk->answer(guesses, link, here);
        return words(answer).count("invalid http:a.kite.test signature");
    };
    QCOMPARE(looked(), Penalties::freeFailures + 1);
    QCOMPARE(m_registry->countOf(*link), 0);
    QVERIFY(m_desk->waitFor(guesses, here) > 0ms);
    QCOMPARE(looked(), 1);

    // Who is right comes through afterwards.
    QCOMPARE(fly(link, {"http:a.kite.test", "http:b.kite.test"}).accepted, 2);
}

QTEST_GUILESS_MAIN(TestLinkDesk)
#include "tst_linkdesk.moc"
