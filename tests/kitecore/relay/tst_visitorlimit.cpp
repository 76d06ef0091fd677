#include <QTest>

#include "kitecore/relay/visitorlimit.h"
#include "tests/support/fakeclock.h"

using namespace kite;
using namespace kite::relay;
using namespace std::chrono_literals;

class TestVisitorLimit : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void admitsAllWithoutALimit();
    void admitsSoManyInATime();
    void whoKeepsComingStays();
    void strictestCounts();
    void tellsVisitorsApart();

private:
    bool admits(const QByteArray &visitor) { return m_limit->admits(visitor, m_clock->now()); }

    std::unique_ptr<VisitorLimit> m_limit;
    std::unique_ptr<test::FakeClock> m_clock;

private Q_SLOTS:
    void init()
    {
        m_limit = std::make_unique<VisitorLimit>();
        m_clock = std::make_unique<test::FakeClock>();
    }
};

void TestVisitorLimit::admitsAllWithoutALimit()
{
    m_limit->tighten({});
    QVERIFY(!m_limit->isActive());
    for (int i = 0; i < 100; ++i)
        QVERIFY(admits(QByteArray::number(i)));
}

void TestVisitorLimit::admitsSoManyInATime()
{
    m_limit->tighten({2, 60s});
    QVERIFY(m_limit->isActive());
    QVERIFY(admits("a"));
    QVERIFY(admits("b"));
    QVERIFY(!admits("c"));
    QVERIFY(admits("a"));
    m_clock->advance(61s);
    QVERIFY(admits("c"));
    QVERIFY(admits("d"));
    QVERIFY(!admits("a"));
}

void TestVisitorLimit::whoKeepsComingStays()
{
    m_limit->tighten({1, 60s});
    for (int i = 0; i < 5; ++i) {
        QVERIFY(admits("a"));
        QVERIFY(!admits("b")); // and is not waited for
        m_clock->advance(45s);
    }
    m_clock->advance(30s);
    QVERIFY(admits("b"));
    QVERIFY(!admits("a"));
}

void TestVisitorLimit::strictestCounts()
{
    m_limit->tighten({100, 60s});
    m_limit->tighten({1, 60s});
    m_limit->tighten({50, 60s});
    QCOMPARE(m_limit->rate(), (VisitorRate {1, 60s}));
    QVERIFY(admits("a"));
    QVERIFY(!admits("b"));
}

void TestVisitorLimit::tellsVisitorsApart()
{
    const auto key = [](const char *address, const QByteArray &lines) {
        const auto head = http::parseRequestHead("GET / HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n");
        return visitorKey(QLatin1String(address), &**head);
    };
    const auto plain = key("192.0.2.1", {});
    QCOMPARE(key("192.0.2.1", {}), plain);
    QVERIFY(key("192.0.2.2", {}) != plain);
    QVERIFY(key("192.0.2.1", "User-Agent: x\r\n") != plain);
    QVERIFY(key("192.0.2.1", "Accept-Language: x\r\n") != key("192.0.2.1", "User-Agent: x\r\n"));
    QCOMPARE(key("192.0.2.1", "Accept: x\r\n"), plain);
    QCOMPARE(visitorKey(QStringLiteral("192.0.2.1"), nullptr), "192.0.2.1");
}

QTEST_APPLESS_MAIN(TestVisitorLimit)
#include "tst_visitorlimit.moc"
