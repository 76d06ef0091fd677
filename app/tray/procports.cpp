#include "app/tray/procports.h"

#include <algorithm>
#include <array>

#include <QCoreApplication>
#include <QDir>
#include <QFile>

namespace kite::app {

namespace {

constexpr qint64 maxTableBytes = 8 * 1024 * 1024;
constexpr qsizetype maxProcesses = 4000; ///< beyond that, ports are shown without names

/// As the kernel prints them: 32-bit words in the machine's own order.
constexpr std::array reachable {
    "00000000",                         // any, IPv4
    "0100007F",                         // 127.0.0.1
    "00000000000000000000000000000000", // any, IPv6
    "00000000000000000000000001000000", // ::1
    "0000000000000000FFFF00000100007F", // ::ffff:127.0.0.1
};
constexpr auto listening = "0A";

enum Column { Local = 1, State = 3, Inode = 9, Columns };

QByteArray head(const QString &path, qint64 most)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.read(most) : QByteArray();
}

bool isReachable(const QByteArray &address)
{
    return std::ranges::any_of(reachable,
                               [&address](const char *known) { return address == known; });
}

} // namespace

QHash<quint64, quint16> listeningSockets(QByteArrayView table)
{
    QHash<quint64, quint16> sockets;
    for (const QByteArray &line : table.toByteArray().split('\n')) {
        const QByteArrayList columns = line.simplified().split(' ');
        if (columns.size() < Columns || columns[State] != listening)
            continue;
        const QByteArrayList local = columns[Local].split(':');
        if (local.size() != 2 || !isReachable(local[0]))
            continue;
        bool goodPort = false;
        bool goodInode = false;
        const quint16 port = local[1].toUShort(&goodPort, 16);
        const quint64 inode = columns[Inode].toULongLong(&goodInode);
        if (goodPort && goodInode && port != 0)
            sockets.insert(inode, port);
    }
    return sockets;
}

QHash<quint16, QString> ProcPorts::programs(const QHash<quint64, quint16> &sockets) const
{
    QHash<quint16, QString> names;
    const QDir proc(m_proc);
    const QStringList processes = proc.entryList({QStringLiteral("[0-9]*")}, QDir::Dirs);
    for (const QString &process : processes.first(std::min(processes.size(), maxProcesses))) {
        const QDir open(proc.filePath(process + QStringLiteral("/fd")));
        for (const QString &entry : open.entryList(QDir::Files | QDir::System | QDir::Hidden)) {
            const QByteArray leads = QFile::symLinkTarget(open.filePath(entry)).toUtf8();
            const auto at = leads.indexOf("socket:[");
            if (at < 0)
                continue;
            const auto digits = leads.sliced(at + qsizetype(qstrlen("socket:["))).chopped(1);
            const auto socket = sockets.constFind(digits.toULongLong());
            if (socket != sockets.constEnd())
                names.insert(
                    *socket,
                    QString::fromUtf8(head(proc.filePath(process + QStringLiteral("/comm")), 64))
                        .trimmed());
        }
    }
    return names;
}

QList<ui::ListeningPort> ProcPorts::find()
{
    auto sockets = listeningSockets(head(m_proc + QStringLiteral("/net/tcp"), maxTableBytes));
    sockets.insert(listeningSockets(head(m_proc + QStringLiteral("/net/tcp6"), maxTableBytes)));
    const auto names = programs(sockets);
    const QString own = QCoreApplication::applicationName();
    QList<ui::ListeningPort> found;
    for (const quint16 port : sockets) {
        const ui::ListeningPort entry {port, names.value(port)};
        if (!found.contains(entry) && entry.program != own)
            found << entry;
    }
    std::ranges::sort(found, {}, &ui::ListeningPort::port);
    return found;
}

} // namespace kite::app
