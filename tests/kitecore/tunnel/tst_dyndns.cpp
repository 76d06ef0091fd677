#include "kitecore/tunnel/dyndns.h"

#include <QTest>
#include <QUrlQuery>

#include "tests/support/fakeclock.h"

using namespace kite;
using namespace std::chrono_literals;
using tunnel::DynDns;
using tunnel::DynDnsName;
using tunnel::DynDnsService;

namespace {

class ScriptedWeb final : public DynDns::Web
{
public:
    void get(const QUrl &url, Got got) override
    {
        const QUrlQuery query(url);
        asked << query.queryItemValue(QStringLiteral("h")) + QLatin1Char(' ')
                + query.queryItemValue(QStringLiteral("i"));
        m_got = std::move(got);
    }
    void answer(const Result<QByteArray, QString> &what)
    {
        const auto got = std::exchange(m_got, {});
        got(what);
    }
    bool isAsked() const { return m_got != nullptr; }

    QStringList asked;

private:
    Got m_got;
};

const QList<QHostAddress> one {QHostAddress(QStringLiteral("192.0.2.1"))};
const QList<QHostAddress> two {QHostAddress(QStringLiteral("192.0.2.1")),
                               QHostAddress(QStringLiteral("192.0.2.2"))};

struct Bench
{
    test::FakeClock clock;
    net::Loop loop {clock};
    ScriptedWeb *web; ///< of dynDns
    std::unique_ptr<DynDns> dynDns;
    QList<DynDnsName> names {{"a.test", secrets::Secret("s3cret")}};

    Bench()
    {
        auto made = std::make_unique<ScriptedWeb>();
        web = made.get();
        dynDns = std::make_unique<DynDns>(
            loop, *DynDnsService::parse(QStringLiteral("http://d.test/?h=%(domain)s&i=%(ips)s")),
            std::move(made));
    }
    void pass(std::chrono::seconds time)
    {
        clock.advance(time);
        loop.deadlines().tick();
    }
};

} // namespace

class TestDynDns final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tellsOnceAndAgainWhenTheListChanges()
    {
        Bench bench;
        bench.dynDns->update(bench.names, one);
        bench.pass(4s);
        QVERIFY(bench.web->asked.isEmpty()); // more may come
        bench.pass(2s);
        QCOMPARE(bench.web->asked, QStringList {QStringLiteral("a.test 192.0.2.1")});
        bench.web->answer(QByteArray("good"));
        bench.dynDns->update(bench.names, one);
        bench.pass(24h);
        QCOMPARE(bench.web->asked.size(), 1);
        bench.dynDns->update(bench.names, two);
        bench.pass(6s);
        QCOMPARE(bench.web->asked.last(), QStringLiteral("a.test 192.0.2.1,192.0.2.2"));
        bench.web->answer(QByteArray("nochg"));
        bench.dynDns->update(bench.names, {}); // nobody is up: the name stays where it is
        bench.pass(24h);
        QCOMPARE(bench.web->asked.size(), 2);
    }

    void oneNameAfterTheOther()
    {
        Bench bench;
        bench.names << DynDnsName {"b.test", secrets::Secret("s3cret")};
        bench.dynDns->update(bench.names, one);
        bench.pass(6s);
        QCOMPARE(bench.web->asked.size(), 1);
        bench.pass(1h);
        QCOMPARE(bench.web->asked.size(), 1);     // still waits for the answer
        bench.web->answer(QByteArray("badauth")); // which is about the first alone
        QCOMPARE(bench.web->asked.last(), QStringLiteral("b.test 192.0.2.1"));
        bench.web->answer(QByteArray("good"));
        QVERIFY(!bench.web->isAsked());
    }

    void failuresAreRepeatedLessAndLessOften()
    {
        Bench bench;
        bench.dynDns->update(bench.names, one);
        bench.pass(6s);
        const std::array pauses {112s, 224s, 448s, 896s, 1792s, 1792s, 1792s};
        int asked = 1;
        for (const auto pause : pauses) {
            if (asked % 2 == 0)
                bench.web->answer(QByteArray("badauth"));
            else
                bench.web->answer(Err {QStringLiteral("error 3")});
            bench.pass(pause - 1s);
            QCOMPARE(int(bench.web->asked.size()), asked);
            bench.pass(2s);
            QCOMPARE(int(bench.web->asked.size()), ++asked);
        }
        bench.web->answer(QByteArray("good"));
        bench.dynDns->update(bench.names, two);
        bench.pass(6s);
        QCOMPARE(int(bench.web->asked.size()), ++asked);
        bench.web->answer(QByteArray("911")); // a new story
        bench.pass(113s);
        QCOMPARE(int(bench.web->asked.size()), ++asked);
    }

    void aChangeWhileItIsToldIsToldAfterwards()
    {
        Bench bench;
        bench.dynDns->update(bench.names, one);
        bench.pass(6s);
        bench.dynDns->update(bench.names, two);
        bench.pass(6s);
        QCOMPARE(bench.web->asked.size(), 1);
        bench.web->answer(QByteArray("good"));
        QCOMPARE(bench.web->asked.last(), QStringLiteral("a.test 192.0.2.1,192.0.2.2"));
    }

    void aNewSecretIsANewStory()
    {
        Bench bench;
        bench.dynDns->update(bench.names, one);
        bench.pass(6s);
        bench.web->answer(QByteArray("badauth"));
        bench.dynDns->update({{"a.test", secrets::Secret("another")}}, one);
        bench.pass(6s);
        QCOMPARE(bench.web->asked.size(), 2);
    }
};

QTEST_GUILESS_MAIN(TestDynDns)
#include "tst_dyndns.moc"
