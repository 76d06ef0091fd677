#include "app/tray/systemwatch.h"

#include <QDBusMessage>
#include <QSignalSpy>
#include <QTest>

#include "tests/support/privatebus.h"
#include "tests/support/waits.h"

using kite::app::SystemWatch;
using kite::test::eventually;

namespace {

const QString login = QStringLiteral("org.freedesktop.login1");
const QString loginPath = QStringLiteral("/org/freedesktop/login1");
const QString loginManager = QStringLiteral("org.freedesktop.login1.Manager");
const QString markPath = QStringLiteral("/test/mark");
const QString marks = QStringLiteral("test.Marks");
const QString mark = QStringLiteral("Mark");

} // namespace

class TestSystemWatch final : public QObject
{
    Q_OBJECT

public Q_SLOTS:
    void marked() { ++m_marks; }

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY2(!m_bus.address().isEmpty(), "no dbus-daemon");
        qputenv("DBUS_SYSTEM_BUS_ADDRESS", m_bus.address());
        QVERIFY(
            QDBusConnection::systemBus().connect({}, markPath, marks, mark, this, SLOT(marked())));
        QVERIFY(m_logind.registerService(login));
    }

    void aComputerThatWakesUp()
    {
        const SystemWatch watch;
        QSignalSpy woke(&watch, &SystemWatch::woke);
        for (int nights = 1; nights < 3; ++nights) {
            QVERIFY(say(m_logind, true)); // falls asleep: links are as they were
            QCOMPARE(woke.size(), nights - 1);
            QVERIFY(say(m_logind, false));
            QCOMPARE(woke.size(), nights);
        }
    }

    void onlyLogindIsBelieved()
    {
        const SystemWatch watch;
        QSignalSpy woke(&watch, &SystemWatch::woke);
        auto somebody = m_bus.join(QStringLiteral("somebody"));
        QVERIFY(say(somebody, false));
        QCOMPARE(woke.size(), 0);
        QVERIFY(say(m_logind, false));
        QCOMPARE(woke.size(), 1);
    }

    void logindMayStartAgain()
    {
        const SystemWatch watch;
        QSignalSpy woke(&watch, &SystemWatch::woke);
        QVERIFY(m_logind.unregisterService(login));
        auto next = m_bus.join(QStringLiteral("next"));
        QVERIFY(next.registerService(login));
        QVERIFY(reach(next)); // by now everybody knows who has the name
        QVERIFY(say(next, false));
        QCOMPARE(woke.size(), 1);
        QVERIFY(say(m_logind, false)); // has it no more
        QCOMPARE(woke.size(), 1);
        QVERIFY(next.unregisterService(login));
        QVERIFY(m_logind.registerService(login));
    }

private:
    /// As logind does before sleep and after it. Returns when it has arrived.
    bool say(const QDBusConnection &from, bool begins)
    {
        auto signal = QDBusMessage::createSignal(loginPath, loginManager,
                                                 QStringLiteral("PrepareForSleep"));
        signal << begins;
        return from.send(signal) && reach(from);
    }

    /// What was sent before has arrived, too: a bus keeps the order.
    bool reach(const QDBusConnection &from)
    {
        const int before = m_marks;
        return from.send(QDBusMessage::createSignal(markPath, marks, mark))
            && eventually([&] { return m_marks > before; });
    }

    kite::test::PrivateBus m_bus;
    QDBusConnection m_logind = m_bus.join(QStringLiteral("logind"));
    int m_marks = 0;
};

QTEST_GUILESS_MAIN(TestSystemWatch)

#include "tst_systemwatch.moc"
