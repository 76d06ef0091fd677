#include <QTest>

#include "kitecore/origin/requestgate.h"
#include "tests/support/fakeclock.h"

using namespace kite;
using namespace kite::origin;
using namespace std::chrono_literals;

namespace {

const QString here = QStringLiteral("192.0.2.7");

void guess(PasswordTries &tries, const QString &from, int times)
{
    for (int i = 0; i < times; ++i)
        tries.wrong(from);
}

} // namespace

/// Who guesses passwords has to wait.
class TestPasswordTries : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tenInAMinuteAreTooMany()
    {
        test::FakeClock clock;
        PasswordTries tries(clock);
        guess(tries, here, PasswordTries::maxWrong - 1);
        QVERIFY(!tries.keptOut(here));
        clock.advance(59s);
        guess(tries, here, 1);
        QCOMPARE(tries.keptOut(here), std::optional(60s));
        clock.advance(58'500ms);
        QCOMPARE(tries.keptOut(here), std::optional(2s)); // never too few
        clock.advance(1500ms);
        QVERIFY(!tries.keptOut(here));
        guess(tries, here, PasswordTries::maxWrong - 1); // counted anew
        QVERIFY(!tries.keptOut(here));
        guess(tries, here, 1);
        QVERIFY(tries.keptOut(here));
    }

    void slowOnesAreForgiven()
    {
        test::FakeClock clock;
        PasswordTries tries(clock);
        for (int i = 0; i < 5; ++i) {
            guess(tries, here, PasswordTries::maxWrong - 1);
            clock.advance(60s);
        }
        QVERIFY(!tries.keptOut(here));
    }

    void othersMayComeIn_data()
    {
        QTest::addColumn<QString>("guesser");
        QTest::addColumn<QString>("other");
        QTest::addColumn<bool>("isKeptOut");
        const auto row = [](const char *name, const char *guesser, const char *other, bool is) {
            QTest::newRow(name) << QString::fromLatin1(guesser) << QString::fromLatin1(other) << is;
        };
        row("the same", "192.0.2.7", "192.0.2.7", true);
        row("a neighbour", "192.0.2.7", "192.0.2.8", false);
        row("the same IPv6 network", "2001:db8::1", "2001:db8::ffff", true);
        row("another one", "2001:db8::1", "2001:db8:0:1::1", false);
        row("addresses that nobody knows", "", "", false);
    }
    void othersMayComeIn()
    {
        QFETCH(const QString, guesser);
        QFETCH(const QString, other);
        QFETCH(const bool, isKeptOut);
        PasswordTries tries;
        guess(tries, guesser, PasswordTries::maxWrong);
        QCOMPARE(tries.keptOut(other).has_value(), isKeptOut);
    }

    void remembersSoManyAndForgetsTheOldest()
    {
        test::FakeClock clock;
        PasswordTries tries(clock);
        guess(tries, here, PasswordTries::maxWrong);
        clock.advance(1s);
        const auto numbered
            = [](qsizetype i) { return QStringLiteral("10.0.%1.%2").arg(i / 256).arg(i % 256); };
        for (qsizetype i = 0; i < PasswordTries::maxAddresses - 1; ++i)
            tries.wrong(numbered(i));
        QVERIFY(tries.keptOut(here));
        tries.wrong(numbered(PasswordTries::maxAddresses));
        QVERIFY(!tries.keptOut(here));
    }

    void theGateTellsHowLong()
    {
        auto rules = std::make_shared<Rules>();
        rules->passwords.add("joe", "s3cret");
        const auto memory = std::make_shared<RequestGate::Memory>();
        const net::Visitor visitor {"http", "k.test", 80, {here, 5555}, false};
        const auto judge = [&](const QByteArray &pair) {
            RequestGate gate(rules, visitor, memory);
            QByteArray wire = "GET / HTTP/1.1\r\nHost: k.test\r\n";
            if (!pair.isEmpty())
                wire += "Authorization: Basic " + pair.toBase64() + "\r\n";
            wire += "\r\n";
            http::RequestFraming framing;
            http::RequestView head;
            if (!framing.next(wire, head))
                return QByteArray("(no head)");
            net::ByteQueue out;
            const auto verdict = gate.judge(head, out);
            return verdict.refusal ? gate.pageFor(*verdict.refusal) : QByteArray("passed");
        };
        for (int i = 0; i < 3 * PasswordTries::maxWrong; ++i)
            QVERIFY(judge({}).startsWith("HTTP/1.1 401 ")); // asking is no guessing
        for (int i = 0; i < PasswordTries::maxWrong - 1; ++i)
            QVERIFY(judge("joe:wrong").startsWith("HTTP/1.1 401 "));
        QCOMPARE(judge("joe:s3cret"), "passed");
        QVERIFY(judge("joe:wrong").startsWith("HTTP/1.1 401 "));
        for (const QByteArray pair : {"joe:wrong", "joe:s3cret", ""}) {
            const auto page = judge(pair);
            QVERIFY2(page.startsWith("HTTP/1.1 429 Too Many Requests\r\nRetry-After: "),
                     page.constData());
        }
    }
};

QTEST_APPLESS_MAIN(TestPasswordTries)
#include "tst_passwordtries.moc"
