#include "app/cli/statusboard.h"

#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QJsonDocument>
#include <QLocalSocket>
#include <QTimer>

#ifdef Q_OS_UNIX
#include <cerrno>
#include <csignal>
#include <sys/stat.h>
#include <unistd.h>
#endif

namespace kite::cli {

namespace {

constexpr qsizetype maxAnswerBytes = qsizetype {8} * 1024 * 1024;
const auto ending = QStringLiteral(".status");

#ifdef Q_OS_UNIX
/// Makes the folder for us alone, if need be. Below a folder that others may write to it could be
/// somebody else's.
bool isOurs(const QString &folder)
{
    const auto path = QFile::encodeName(folder);
    ::mkdir(path.constData(), S_IRWXU);
    struct stat found = {};
    return ::lstat(path.constData(), &found) == 0 && S_ISDIR(found.st_mode)
        && found.st_uid == ::geteuid() && (found.st_mode & (S_IWGRP | S_IWOTH)) == 0
        && ::access(path.constData(), W_OK | X_OK) == 0;
}

QString inTemporary()
{
    return QDir::tempPath() + QStringLiteral("/kite-%1").arg(::geteuid());
}

bool isAlive(qint64 pid)
{
    return ::kill(pid_t(pid), 0) == 0 || errno != ESRCH;
}
#endif

/// Everything up to the end; std::nullopt if nobody is there.
std::optional<QByteArray> ask(const QString &path)
{
    const int patienceMs = int(std::chrono::milliseconds(StatusBoard::patience).count());
    QLocalSocket socket;
    socket.connectToServer(path, QIODevice::ReadOnly);
    if (!socket.waitForConnected(patienceMs))
        return std::nullopt;
    QByteArray answer;
    QElapsedTimer since;
    since.start();
    while (socket.state() == QLocalSocket::ConnectedState && answer.size() <= maxAnswerBytes
           && !since.hasExpired(patienceMs)) {
        socket.waitForReadyRead(patienceMs);
        answer += socket.readAll();
    }
    return answer + socket.readAll();
}

} // namespace

QString statusFolder()
{
#ifdef Q_OS_UNIX
    const QString runtime = qEnvironmentVariable("XDG_RUNTIME_DIR");
    QStringList places;
    if (!runtime.isEmpty())
        places.append(runtime + QLatin1String("/kite"));
    if (::geteuid() == 0)
        places.append(QStringLiteral("/run/kite"));
    places.append(inTemporary());
    for (const QString &place : places) {
        if (isOurs(place))
            return place;
    }
#endif
    return {};
}

QStringList statusFolders()
{
    QStringList all;
#ifdef Q_OS_UNIX
    const QString runtime = qEnvironmentVariable("XDG_RUNTIME_DIR");
    if (!runtime.isEmpty())
        all.append(runtime + QLatin1String("/kite"));
    all += {QStringLiteral("/run/kite"), inTemporary()};
    if (::geteuid() == 0) {
        const QDir users(QStringLiteral("/run/user"));
        for (const QString &user : users.entryList(QDir::Dirs | QDir::NoDotAndDotDot))
            all.append(users.filePath(user) + QLatin1String("/kite"));
        const QDir temporary(QDir::tempPath());
        for (const QString &name : temporary.entryList({QStringLiteral("kite-*")}, QDir::Dirs))
            all.append(temporary.filePath(name));
    }
    all.removeDuplicates();
    if (::geteuid() != 0) // what stands in others' folders may be anything
        all.removeIf(
            [](const QString &folder) { return QFileInfo(folder).ownerId() != ::geteuid(); });
#endif
    return all;
}

StatusBoard::StatusBoard(std::function<QJsonObject()> status) : m_status(std::move(status))
{
    m_server.setSocketOptions(QLocalServer::UserAccessOption);
    m_server.setMaxPendingConnections(maxAskers);
    connect(&m_server, &QLocalServer::newConnection, this, &StatusBoard::answer);
}

bool StatusBoard::open(const QString &folder)
{
    if (folder.isEmpty())
        return false;
    const QString path
        = QStringLiteral("%1/%2%3").arg(folder).arg(QCoreApplication::applicationPid()).arg(ending);
    QLocalServer::removeServer(path); // of an ended process with our number
    return m_server.listen(path);
}

void StatusBoard::answer()
{
    while (QLocalSocket *const asker = m_server.nextPendingConnection()) {
        if (m_askers >= maxAskers) {
            asker->abort();
            asker->deleteLater();
            continue;
        }
        ++m_askers;
        connect(asker, &QObject::destroyed, this, [this] { --m_askers; });
        connect(asker, &QLocalSocket::disconnected, asker, &QObject::deleteLater);
        QTimer::singleShot(patience, asker, [asker] {
            asker->abort();
            asker->deleteLater();
        });
        asker->write(QJsonDocument(m_status()).toJson(QJsonDocument::Compact) + '\n');
        asker->disconnectFromServer(); // once it is written
    }
}

QList<AskedStatus> askStatus(const QStringList &folders)
{
    QList<AskedStatus> all;
#ifdef Q_OS_UNIX
    for (const QString &folder : folders) {
        const QDir dir(folder);
        for (const QString &name : dir.entryList({QLatin1Char('*') + ending}, QDir::System)) {
            const qint64 pid = name.chopped(ending.size()).toLongLong();
            const QString path = dir.filePath(name);
            const auto answer = pid > 0 ? ask(path) : std::nullopt;
            if (answer)
                all.append({pid, QJsonDocument::fromJson(*answer).object()});
            else if (pid > 0 && !isAlive(pid) && QFileInfo(path).ownerId() == ::geteuid())
                QFile::remove(path);
        }
    }
#else
    Q_UNUSED(folders)
#endif
    return all;
}

} // namespace kite::cli
