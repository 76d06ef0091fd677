#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include "kitecore/net/brokenpipes.h"
#include "kitecore/relay/programaccounts.h"
#include "tests/support/waits.h"

using namespace kite;
using namespace kite::relay;
using namespace std::chrono_literals;
using Kind = AccountAnswer::Kind;

namespace {

constexpr auto patient = 60s;     // never reached
constexpr auto impatient = 300ms; // always reached

} // namespace

class TestProgramAccounts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { net::ignoreBrokenPipes(); } // as threads do that move bulk
    void answers_data();
    void answers();
    void asksInParallelAsToldTo();
    void aServerStays();
    void aServerThatEndedIsStartedAnew();
    void aServerThatTalksUnaskedIsNotTrusted();
    void goesWhileAProgramRuns();

private:
    /// A program of /bin/sh.
    QString program(const QByteArray &text)
    {
        QFile file(m_folder.filePath(QStringLiteral("program%1").arg(++m_programs)));
        if (!file.open(QIODevice::WriteOnly))
            qFatal("cannot write a program");
        file.write("#!/bin/sh\n" + text);
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        return file.fileName();
    }

    static wire::KiteRequest request(const QByteArray &domain = "a.test")
    {
        return {KiteId {"http", 0, domain}, "b", "t", "s"};
    }

    AccountAnswer ask(ProgramAccounts &accounts, const QByteArray &domain = "a.test")
    {
        std::optional<AccountAnswer> answer;
        accounts.ask(request(domain), [&](const AccountAnswer &given) { answer = given; });
        if (!test::eventually([&] { return answer.has_value(); }))
            qFatal("no answer");
        return *answer;
    }

    QTemporaryDir m_folder;
    int m_programs = 0;
};

void TestProgramAccounts::answers_data()
{
    QTest::addColumn<QByteArray>("script");
    QTest::addColumn<std::chrono::milliseconds>("timeLimit");
    QTest::addColumn<Kind>("kind");

    const auto row = [](const char *name, const QByteArray &script, Kind kind,
                        std::chrono::milliseconds limit = patient) {
        QTest::newRow(name) << script << limit << kind;
    };
    const QByteArray secret = R"(echo '{"secret": "s3cret"}';; esac)";
    row("auth", "case \"$1 $2\" in --capabilities*) echo AUTH;; '--auth a.test') " + secret,
        Kind::Secret);
    row("says nothing about itself", "case \"$1 $2\" in '--auth a.test') " + secret, Kind::Secret);
    row("zero knowledge",
        "case \"$1 $2\" in --capabilities*) echo AUTH ZK-AUTH;; '--zk-auth b.t.s.http.a.test.') "
        R"(echo '{"ips": ["0.0.40.0"]}';; esac)",
        Kind::Granted);
    row("server",
        "case $1 in --capabilities) echo SERVER AUTH;; --server) while read -r how what; do "
        R"([ "$how $what" = '--auth a.test' ] && echo '{"secret": "s3cret"}'; done;; esac)",
        Kind::Secret);
    row("garbage", "echo AUTH", Kind::Failed);
    row("error code", "[ $1 = --capabilities ] && exit 0; echo '{\"secret\": \"s3cret\"}'; exit 1",
        Kind::Failed);
    row("killed", "[ $1 = --capabilities ] && exit 0; kill -9 $$", Kind::Failed);
    row("capabilities fail", "exit 1", Kind::Failed);
    row("hangs", "[ $1 = --capabilities ] && exit 0; exec sleep 600", Kind::Failed, impatient);
    row("hangs at once", "exec sleep 600", Kind::Failed, impatient);
    row("hangs as a server",
        "[ $1 = --capabilities ] && echo SERVER AUTH && exit 0; exec sleep 600", Kind::Failed,
        impatient);
    row("leaves somebody behind who holds its output",
        "[ $1 = --capabilities ] && exit 0; sleep 5 & echo '{\"secret\": \"s3cret\"}'",
        Kind::Secret);
    row("its children end by broken pipes",
        "[ $1 = --capabilities ] && exit 0; sh -c 'kill -PIPE $$'; [ $? -gt 128 ] && "
        "echo '{\"secret\": \"s3cret\"}'",
        Kind::Secret);
    row("endless", "[ $1 = --capabilities ] && exit 0; exec cat /dev/zero", Kind::Failed);
    row("endless capabilities", "exec cat /dev/zero", Kind::Failed);
    row("server ends", "[ $1 = --capabilities ] && echo SERVER AUTH; exit 0", Kind::Failed);
    row("reads no input",
        "[ $1 = --capabilities ] && exit 0; read -r line && exit 1; "
        "echo '{\"secret\": \"s3cret\"}'",
        Kind::Secret);
}

void TestProgramAccounts::answers()
{
    QFETCH(const QByteArray, script);
    QFETCH(const std::chrono::milliseconds, timeLimit);
    ProgramAccounts accounts(program(script), 1, timeLimit);
    QVERIFY(accounts.hasRoom());
    QTEST(ask(accounts).kind, "kind");
    QVERIFY(accounts.hasRoom());
    QTEST(ask(accounts).kind, "kind"); // whatever went wrong: the next one is asked
}

void TestProgramAccounts::asksInParallelAsToldTo()
{
    ProgramAccounts accounts(program("[ $1 = --capabilities ] && exit 0; exec sleep 600"), 2,
                             patient);
    std::vector<AccountAnswer> answers;
    for (int i = 0; i < 2; ++i) {
        QVERIFY(accounts.hasRoom());
        accounts.ask(request(), [&](const AccountAnswer &answer) { answers.push_back(answer); });
    }
    QVERIFY(!accounts.hasRoom());
}

void TestProgramAccounts::aServerStays()
{
    const auto script = "case $1 in --capabilities) echo SERVER AUTH;; --server) n=0; "
                        "while read -r how what; do n=$((n+1)); "
                        R"(echo "{\"secret\": \"$what\", \"quota_kb\": $n}"; done;; esac)";
    ProgramAccounts accounts(program(script), 1, patient);
    for (int n = 1; n <= 3; ++n) {
        const auto domain = QByteArray("k") + QByteArray::number(n) + ".test";
        const auto answer = ask(accounts, domain);
        QVERIFY(answer.secret == secrets::Secret(domain));
        QCOMPARE(answer.allowance.quotaKb, n); // it counts them: it is one process
    }
}

void TestProgramAccounts::aServerThatEndedIsStartedAnew()
{
    const auto script = "case $1 in --capabilities) echo SERVER AUTH;; --server) "
                        R"(read -r line; echo '{"secret": "s3cret"}';; esac)";
    ProgramAccounts accounts(program(script), 1, patient);
    int answered = 0;
    for (int tries = 0; tries < 20 && answered < 3; ++tries)
        answered += ask(accounts).kind == Kind::Secret;
    QCOMPARE(answered, 3);
}

/// Else its second line would answer the next question.
void TestProgramAccounts::aServerThatTalksUnaskedIsNotTrusted()
{
    const auto script = "case $1 in --capabilities) echo SERVER AUTH;; --server) "
                        "while read -r how what; do "
                        R"(printf '{"secret": "%s"}\n{"secret": "s3cret"}\n' $what; done;; esac)";
    ProgramAccounts accounts(program(script), 1, patient);
    QCOMPARE(ask(accounts).kind, Kind::Failed);
}

void TestProgramAccounts::goesWhileAProgramRuns()
{
    bool answered = false;
    {
        ProgramAccounts accounts(program("exec sleep 600"), 1, patient);
        accounts.ask(request(), [&](const AccountAnswer &) { answered = true; });
    }
    QCoreApplication::processEvents();
    QVERIFY(!answered);
}

QTEST_GUILESS_MAIN(TestProgramAccounts)
#include "tst_programaccounts.moc"
