#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusVariant>

#include "app/tray/trayhost.h"

namespace kite::app {

using namespace std::chrono_literals;

TrayHost::TrayHost(QObject *parent) : QObject(parent)
{
    m_limit.setSingleShot(true);
    m_looking.setInterval(150ms);
    connect(&m_limit, &QTimer::timeout, this, &TrayHost::done);
    connect(&m_looking, &QTimer::timeout, this, &TrayHost::look);
}

void TrayHost::wait(std::chrono::milliseconds patience)
{
    const bool bus = QDBusConnection::sessionBus().isConnected();
    m_limit.start(bus ? patience : 0ms);
    if (!bus)
        return;
    m_looking.start();
    look();
}

/// A host, not only the watcher: that is what Qt asks for, too.
void TrayHost::look()
{
    const QString watcher = QStringLiteral("org.kde.StatusNotifierWatcher");
    auto call = QDBusMessage::createMethodCall(watcher, QStringLiteral("/StatusNotifierWatcher"),
                                               QStringLiteral("org.freedesktop.DBus.Properties"),
                                               QStringLiteral("Get"));
    call << watcher << QStringLiteral("IsStatusNotifierHostRegistered");
    call.setAutoStartService(false);
    auto *answer = new QDBusPendingCallWatcher(QDBusConnection::sessionBus().asyncCall(call), this);
    connect(answer, &QDBusPendingCallWatcher::finished, this, [this, answer] {
        answer->deleteLater();
        const QDBusPendingReply<QDBusVariant> reply = *answer;
        if (reply.isValid() && reply.value().variant().toBool())
            done();
    });
}

void TrayHost::done()
{
    m_looking.stop();
    m_limit.stop();
    if (!std::exchange(m_told, true))
        Q_EMIT ready();
}

} // namespace kite::app
