#include "app/tray/singleinstance.h"

#include <QDeadlineTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLocalSocket>
#include <QThread>
#include <QTimer>

#include "kitecore/base/logging.h"

namespace kite::app {

using namespace std::chrono_literals;

namespace {

constexpr char endOfWish = '\n';
const QByteArray taken = "taken\n";

} // namespace

QByteArray Wish::toJson() const
{
    const QJsonObject wish {{QStringLiteral("paths"), QJsonArray::fromStringList(paths)},
                            {QStringLiteral("background"), background},
                            {QStringLiteral("invitation"), invitation}};
    return QJsonDocument(wish).toJson(QJsonDocument::Compact);
}

std::optional<Wish> Wish::fromJson(const QByteArray &bytes)
{
    const QJsonDocument document = QJsonDocument::fromJson(bytes);
    if (!document.isObject())
        return std::nullopt;
    Wish wish;
    for (const auto path : document[u"paths"].toArray()) {
        if (!path.isString())
            return std::nullopt;
        wish.paths << path.toString();
    }
    wish.background = document[u"background"].toBool();
    wish.invitation = document[u"invitation"].toString();
    return wish;
}

SingleInstance::SingleInstance(const QString &folder, QObject *parent)
    : QObject(parent)
    , m_socketPath(folder + QStringLiteral("/kiteline.socket"))
    , m_lock(folder + QStringLiteral("/kiteline.lock"))
{
    m_lock.setStaleLockTime(0); // only a lock whose process is gone is stale, however old
    m_server.setSocketOptions(QLocalServer::UserAccessOption);
    connect(&m_server, &QLocalServer::newConnection, this, &SingleInstance::greet);
}

SingleInstance::Role SingleInstance::start(const Wish &wish)
{
    const QDeadlineTimer limit(patience);
    do {
        if (m_lock.tryLock()) {
            QLocalServer::removeServer(m_socketPath); // of one that was killed
            if (!m_server.listen(m_socketPath))
                qCWarning(lcApp) << "later starts cannot reach this one:" << m_server.errorString();
            return Role::First;
        }
        const auto obstacle = m_lock.error();
        if (handOver(wish, limit))
            return Role::Second;
        if (obstacle != QLockFile::LockFailedError)
            return Role::Barred;
        QThread::msleep(50);
    } while (!limit.hasExpired());
    return Role::Stuck;
}

/// A wish that is written may be granted late: it is not told a second time while it may.
bool SingleInstance::handOver(const Wish &wish, const QDeadlineTimer &limit) const
{
    constexpr int waitMs = 1000;
    QLocalSocket socket;
    socket.connectToServer(m_socketPath);
    if (!socket.waitForConnected(waitMs))
        return false;
    socket.write(wish.toJson() + endOfWish);
    QByteArray answer;
    while (!answer.contains(taken) && socket.waitForReadyRead(int(limit.remainingTime())))
        answer += socket.readAll();
    return answer.contains(taken);
}

void SingleInstance::greet()
{
    while (QLocalSocket *socket = m_server.nextPendingConnection()) {
        connect(socket, &QLocalSocket::disconnected, socket, &QObject::deleteLater);
        connect(socket, &QLocalSocket::readyRead, this, [this, socket] { read(*socket); });
        QTimer::singleShot(patience, socket, &QLocalSocket::abort);
        read(*socket); // what came with the connection
    }
}

void SingleInstance::read(QLocalSocket &socket)
{
    if (!socket.canReadLine()) {
        if (socket.bytesAvailable() > maxWishBytes)
            socket.abort();
        return;
    }
    const auto wish = Wish::fromJson(socket.readLine(maxWishBytes));
    if (!wish) {
        socket.abort();
        return;
    }
    socket.write(taken);
    socket.disconnectFromServer(); // once it is written
    Q_EMIT wished(*wish);
}

} // namespace kite::app
