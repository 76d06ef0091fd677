#include "kitecore/settings/filewatch.h"

#include <utility>

#include <QFileInfo>

namespace kite::settings {

namespace {

/// Where a file is or will be: its folder, or what there is of the way to it.
QString nearestFolder(const QString &file)
{
    QFileInfo folder(QFileInfo(file).absolutePath());
    while (!folder.isDir() && !folder.isRoot())
        folder.setFile(folder.absolutePath());
    return folder.absoluteFilePath();
}

} // namespace

FileWatch::FileWatch(QObject *parent) : QObject(parent)
{
    m_soon.setSingleShot(true);
    m_settle.setSingleShot(true);
    const auto soon = [this] {
        m_soon.start(0);
        if (!m_settle.isActive()) // neighbours may be busy all the time
            m_settle.start(settleTime);
    };
    connect(&m_system, &QFileSystemWatcher::fileChanged, this, soon);
    connect(&m_system, &QFileSystemWatcher::directoryChanged, this, soon);
    connect(&m_soon, &QTimer::timeout, this, &FileWatch::glance);
    connect(&m_settle, &QTimer::timeout, this, &FileWatch::look);
    connect(&m_everyMinute, &QTimer::timeout, this, &FileWatch::look);
}

void FileWatch::watch(const QStringList &files)
{
    QHash<QString, State> wanted;
    for (const QString &file : files) {
        const auto known = m_files.constFind(file);
        wanted.insert(file, known == m_files.cend() ? stateOf(file) : *known);
    }
    m_files = wanted;
    if (!m_system.files().isEmpty())
        m_system.removePaths(m_system.files());
    if (!m_system.directories().isEmpty())
        m_system.removePaths(m_system.directories());
    listen();
    if (m_files.isEmpty())
        m_everyMinute.stop();
    else
        m_everyMinute.start(lookEvery);
}

/// What stirs stays a change for look(), also where it is back by then.
void FileWatch::glance()
{
    QStringList different;
    for (auto it = m_files.cbegin(); it != m_files.cend(); ++it) {
        const State now = stateOf(it.key());
        const State before = m_stirred.value(it.key(), it.value());
        if (now == before)
            continue;
        m_stirred.insert(it.key(), now);
        different.append(it.key());
    }
    if (!different.isEmpty())
        Q_EMIT stirred(different);
}

void FileWatch::look()
{
    const auto stirred = std::exchange(m_stirred, {});
    QStringList different;
    for (auto it = m_files.begin(); it != m_files.end(); ++it) {
        const State now = stateOf(it.key());
        if (now == it.value() && !stirred.contains(it.key()))
            continue;
        it.value() = now;
        different.append(it.key());
    }
    listen(); // a replaced file is another one for the system
    if (!different.isEmpty())
        Q_EMIT changed(different);
}

FileWatch::State FileWatch::stateOf(const QString &file)
{
    const QFileInfo info(file);
    const QString target = info.canonicalFilePath();
    return target.isEmpty() ? State {} : State {target, info.lastModified(), info.size()};
}

/// The file behind the links, its folder, and the folder of the name: there links are switched.
void FileWatch::listen()
{
    QStringList paths;
    for (auto it = m_files.cbegin(); it != m_files.cend(); ++it) {
        paths.append(nearestFolder(it.key()));
        if (!it.value().target.isEmpty())
            paths << it.value().target << QFileInfo(it.value().target).absolutePath();
    }
    paths.removeDuplicates();
    const QStringList heard = m_system.files() + m_system.directories();
    paths.removeIf([&heard](const QString &path) { return heard.contains(path); });
    if (!paths.isEmpty())
        m_system.addPaths(paths);
}

} // namespace kite::settings
