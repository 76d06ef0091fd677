#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QGuiApplication>

#include "app/tray/notices.h"
#include "kitecore/base/logging.h"
#include "ui/tray/trayicon.h"

namespace kite::app {

namespace {

const QString service = QStringLiteral("org.freedesktop.Notifications");
const QString path = QStringLiteral("/org/freedesktop/Notifications");
constexpr qsizetype remembered = 20;
constexpr int serverDecides = -1; ///< how long it shows

QDBusMessage notification(const QString &title, const QString &text)
{
    auto call = QDBusMessage::createMethodCall(service, path, service, QStringLiteral("Notify"));
    const QStringList actions {QStringLiteral("default"), Notices::tr("Open Kiteline")};
    const QVariantMap hints {{QStringLiteral("desktop-entry"), QGuiApplication::desktopFileName()}};
    // Bodies may be read as markup: https://specifications.freedesktop.org/notification-spec,
    // Markup
    call << QStringLiteral("Kiteline") << uint(0) << QStringLiteral("kiteline") << title
         << text.toHtmlEscaped() << actions << hints << serverDecides;
    return call;
}

} // namespace

Notices::Notices(QObject *parent) : QObject(parent)
{
    QDBusConnection::sessionBus().connect(service, path, service, QStringLiteral("ActionInvoked"),
                                          this, SLOT(actionInvoked(uint, QString)));
}

void Notices::say(const QString &title, const QString &text)
{
    if (!m_enabled)
        return;
    auto *call = new QDBusPendingCallWatcher(
        QDBusConnection::sessionBus().asyncCall(notification(title, text)), this);
    connect(call, &QDBusPendingCallWatcher::finished, this, [this, call, title, text] {
        call->deleteLater();
        answered(*call, title, text);
    });
}

void Notices::answered(QDBusPendingCallWatcher &call, const QString &title, const QString &text)
{
    const QDBusPendingReply<uint> reply = call;
    if (!reply.isError()) {
        m_shown << reply.value();
        if (m_shown.size() > remembered)
            m_shown.removeFirst();
        return;
    }
    qCInfo(lcApp) << "no notification service:" << reply.error().name();
    if (m_icon != nullptr)
        m_icon->say(title, text);
}

void Notices::actionInvoked(uint id, const QString &)
{
    if (m_shown.contains(id)) // everybody's actions come here
        Q_EMIT clicked();
}

} // namespace kite::app
