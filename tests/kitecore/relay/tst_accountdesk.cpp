#include <QTest>

#include "kitecore/relay/accountdesk.h"
#include "tests/support/fakeclock.h"
#include "tests/support/waits.h"

using namespace kite;
using namespace kite::relay;
using namespace std::chrono_literals;
using Kind = AccountAnswer::Kind;

namespace {

/// Answers when the test says so.
class FakeService final : public AccountService
{
public:
    explicit FakeService(size_t room) : m_room(room) {}

    bool hasRoom() const override { return waiting.size() < m_room; }
    void ask(const wire::KiteRequest &request, Answered answered) override
    {
        asked << request.kite.domain;
        waiting.push_back(std::move(answered));
    }
    void answer(Kind kind)
    {
        const auto answered = std::move(waiting.front());
        waiting.erase(waiting.begin());
        AccountAnswer answer;
        answer.kind = kind;
        answered(answer);
    }

    QByteArrayList asked;
    std::vector<Answered> waiting;

private:
    size_t m_room;
};

class Asker final : public QObject
{
public:
    Asker() : mail(std::make_shared<LinkMail>(this)) {}
    ~Asker() override { mail->close(); }

    /// `granted`, `failed`, `-` for each kite of the letter for this link.
    QByteArrayList rulingsFor(quint64 link)
    {
        for (auto &letter : mail->take()) {
            if (auto *rulings = std::get_if<RulingLetter>(&letter))
                m_letters[rulings->link] << std::move(rulings->rulings);
        }
        if (m_letters.value(link).size() != 1)
            return {};
        QByteArrayList words;
        for (const auto &ruling : m_letters[link].first())
            words << (!ruling                             ? "-"
                          : ruling->kind == Kind::Granted ? "granted"
                          : ruling->kind == Kind::Refused ? "refused"
                                                          : "failed");
        return words;
    }

    std::shared_ptr<LinkMail> mail;

private:
    QHash<quint64, QList<Rulings>> m_letters;
};

} // namespace

class TestAccountDesk : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_clock = std::make_unique<test::FakeClock>();
        m_loop = std::make_unique<net::Loop>(*m_clock);
        m_asker = std::make_unique<Asker>();
        auto first = std::make_unique<FakeService>(2);
        auto second = std::make_unique<FakeService>(1);
        m_first = first.get();
        m_second = second.get();
        AccountDesk::Services services;
        services.push_back(std::move(first));
        services.push_back(std::move(second));
        m_desk = std::make_unique<AccountDesk>(
            *m_loop, QList<AccountSource> {{"test", "a", {}}, {"example", "b", {}}},
            std::move(services));
    }
    void cleanup()
    {
        m_desk.reset();
        m_loop.reset();
    }

    void asksTheServiceOfEachKite();
    void aFullServiceHoldsNobodyElseUp();
    void linksTakeTurns();
    void whatTakesTooLongHasFailed();
    void whatFindsNoPlaceHasFailed();
    void nobodyKnowsTheKite();
    void goesWithQuestionsUnanswered();

private:
    void ask(quint64 link, const QByteArrayList &domains, size_t greetingSize = 0)
    {
        AccountQuestion question;
        question.link = link;
        question.asker = m_asker->mail;
        question.address = QStringLiteral("192.0.2.7");
        for (const auto &domain : domains) {
            question.places.push_back(question.requests.size());
            question.requests.push_back({KiteId {"http", 0, domain}, "b", "t", "s"});
        }
        question.greetingSize = std::max(greetingSize, question.requests.size());
        m_desk->mail()->post(std::move(question));
        QCoreApplication::sendPostedEvents(m_desk.get());
    }

    std::unique_ptr<test::FakeClock> m_clock;
    std::unique_ptr<net::Loop> m_loop;
    std::unique_ptr<Asker> m_asker;
    std::unique_ptr<AccountDesk> m_desk;
    FakeService *m_first = nullptr;
    FakeService *m_second = nullptr;
};

void TestAccountDesk::asksTheServiceOfEachKite()
{
    ask(1, {"a.test", "b.example"}, 3);
    QCOMPARE(m_first->asked, QByteArrayList {"a.test"});
    QCOMPARE(m_second->asked, QByteArrayList {"b.example"});
    m_second->answer(Kind::Refused);
    QCOMPARE(m_asker->rulingsFor(1), QByteArrayList {});
    m_first->answer(Kind::Granted);
    QCOMPARE(m_asker->rulingsFor(1), (QByteArrayList {"granted", "refused", "-"}));
}

void TestAccountDesk::aFullServiceHoldsNobodyElseUp()
{
    ask(1, {"a.test", "b.test", "c.test"});
    QCOMPARE(m_first->asked, (QByteArrayList {"a.test", "b.test"}));
    ask(2, {"a.example"});
    QCOMPARE(m_second->asked, QByteArrayList {"a.example"});
    m_first->answer(Kind::Granted);
    QCOMPARE(m_first->asked, (QByteArrayList {"a.test", "b.test", "c.test"}));
}

void TestAccountDesk::linksTakeTurns()
{
    ask(1, {"a1.test", "a2.test", "a3.test", "a4.test"});
    ask(2, {"b1.test"});
    m_first->answer(Kind::Granted);
    m_first->answer(Kind::Granted);
    m_first->answer(Kind::Granted);
    QCOMPARE(m_first->asked.size(), 5);
    QVERIFY(m_first->asked.indexOf("b1.test") < 4); // before the other's last
}

void TestAccountDesk::whatTakesTooLongHasFailed()
{
    ask(1, {"a.test", "b.test", "c.test"});
    m_first->answer(Kind::Granted);
    m_clock->advance(AccountDesk::patience + 1s);
    m_loop->deadlines().tick();
    QCOMPARE(m_asker->rulingsFor(1), (QByteArrayList {"granted", "failed", "failed"}));
    // Answers that come later find nobody, and the places are free again.
    m_first->answer(Kind::Granted);
    m_first->answer(Kind::Granted);
    QCOMPARE(m_asker->rulingsFor(1).size(), 3);
    ask(2, {"d.test"});
    m_first->answer(Kind::Granted);
    QCOMPARE(m_asker->rulingsFor(2), QByteArrayList {"granted"});
}

void TestAccountDesk::whatFindsNoPlaceHasFailed()
{
    const QByteArrayList many(qsizetype(AccountDesk::maxWaitingOfAddress) - 1, "a.test");
    ask(1, many);
    ask(2, {"b.test", "c.test"});
    QCOMPARE(m_asker->rulingsFor(2), (QByteArrayList {"failed", "failed"}));
    ask(3, {"b.test"});
    QCOMPARE(m_asker->rulingsFor(3), QByteArrayList {}); // waits
}

void TestAccountDesk::nobodyKnowsTheKite()
{
    ask(1, {"a.nowhere"});
    QCOMPARE(m_asker->rulingsFor(1), QByteArrayList {"failed"});
}

void TestAccountDesk::goesWithQuestionsUnanswered()
{
    ask(1, {"a.test", "b.test", "c.test"});
    m_first->answer(Kind::Granted);
    m_desk->mail()->post(AccountQuestion {2,
                                          RulingLetter::About::Greeting,
                                          m_asker->mail,
                                          {},
                                          {{KiteId {"http", 0, "d.test"}, "b", "t", "s"}},
                                          {0},
                                          1});
    m_desk.reset();
    QCOMPARE(m_asker->rulingsFor(1), (QByteArrayList {"granted", "failed", "failed"}));
    QCOMPARE(m_asker->rulingsFor(2), QByteArrayList {"failed"});
    m_clock->advance(AccountDesk::patience + 1s);
    m_loop->deadlines().tick();
    QCOMPARE(m_asker->rulingsFor(1).size(), 3);
}

QTEST_GUILESS_MAIN(TestAccountDesk)
#include "tst_accountdesk.moc"
