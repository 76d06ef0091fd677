#include "app/tray/systemwatch.h"

#include <QDBusMessage>
#include <QSignalSpy>
#include <QTest>
#include <QThread>

#include "tests/support/privatebus.h"
#include "tests/support/waits.h"

using kite::app::SystemWatch;
using kite::test::eventually;

namespace {

const QString login = QStringLiteral("org.freedesktop.login1");
const QString loginPath = QStringLiteral("/org/freedesktop/login1");
const QString loginManager = QStringLiteral("org.freedesktop.login1.Manager");
const QString networks = QStringLiteral("org.freedesktop.NetworkManager");
const QString networksPath = QStringLiteral("/org/freedesktop/NetworkManager");
const QString markPath = QStringLiteral("/test/mark");
const QString marks = QStringLiteral("test.Marks");
const QString mark = QStringLiteral("Mark");

/// https://networkmanager.dev/docs/api/latest/nm-dbus-types.html#NMState
enum class NetworkState : uint { Disconnected = 20, Local = 50, Global = 70 };

} // namespace

/// As much of NetworkManager as Qt asks for before it believes what is told.
class FakeNetworkManager final : public QObject
{
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.NetworkManager")
    Q_PROPERTY(uint State MEMBER m_state)

private:
    uint m_state = uint(NetworkState::Global);
};

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
        m_elsewhere.start(); // Qt waits for the answers of NetworkManager
        m_fake.moveToThread(&m_elsewhere);
        QVERIFY(
            m_networks.registerObject(networksPath, &m_fake, QDBusConnection::ExportAllProperties));
        QVERIFY(m_networks.registerService(networks));
    }

    void cleanupTestCase()
    {
        m_networks.unregisterObject(networksPath);
        m_elsewhere.quit();
        m_elsewhere.wait();
    }

    void aNetworkThatComesBack()
    {
        const SystemWatch watch;
        QSignalSpy woke(&watch, &SystemWatch::woke);
        QVERIFY(become(NetworkState::Disconnected));
        QCOMPARE(woke.size(), 0);
        QVERIFY(become(NetworkState::Global));
        QCOMPARE(woke.size(), 1);
        QVERIFY(become(NetworkState::Local)); // no way to a relay
        QCOMPARE(woke.size(), 1);
        QVERIFY(become(NetworkState::Global));
        QCOMPARE(woke.size(), 2);
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

    bool become(NetworkState state)
    {
        auto signal = QDBusMessage::createSignal(networksPath,
                                                 QStringLiteral("org.freedesktop.DBus.Properties"),
                                                 QStringLiteral("PropertiesChanged"));
        signal << networks << QVariantMap {{QStringLiteral("State"), uint(state)}} << QStringList();
        return m_networks.send(signal) && reach(m_networks);
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
    QDBusConnection m_networks = m_bus.join(QStringLiteral("networks"));
    QThread m_elsewhere;
    FakeNetworkManager m_fake;
    int m_marks = 0;
};

QTEST_GUILESS_MAIN(TestSystemWatch)

#include "tst_systemwatch.moc"
