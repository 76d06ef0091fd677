#include "ui/models/foldersummary.h"

#include <array>
#include <atomic>
#include <mutex>

#include <QDir>
#include <QDirIterator>
#include <QFileInfo>

namespace kite::ui {

using namespace std::chrono_literals;

namespace {

/// How long a closing dialog waits for a walk on a slow disk; after that the thread is left alone.
constexpr auto patience = 200ms;

bool holdsHome(const QString &path)
{
    const QString home = QDir::cleanPath(QDir::homePath());
    const QString clean = QDir::cleanPath(path);
    return home == clean || clean == QLatin1String("/")
        || home.startsWith(clean + QLatin1Char('/'));
}

} // namespace

bool looksPrivate(const QString &fileName)
{
    static constexpr std::array exact {
        "id_rsa", "id_dsa", "id_ecdsa",     "id_ed25519", ".env",   ".git",      ".ssh",
        ".gnupg", ".netrc", ".pagekite.rc", ".htpasswd",  "shadow", "wallet.dat"};
    static constexpr std::array endings {".key",    ".p12",     ".pfx", ".jks",    ".kdbx",
                                         ".kdb",    ".ppk",     ".sql", ".sql.gz", ".dump",
                                         ".sqlite", ".sqlite3", ".pst", ".ovpn",   ".keystore"};
    const auto is = [&](const char *name) {
        return fileName.compare(QLatin1String(name), Qt::CaseInsensitive) == 0;
    };
    const auto ends = [&](const char *ending) {
        return fileName.endsWith(QLatin1String(ending), Qt::CaseInsensitive);
    };
    return std::ranges::any_of(exact, is) || std::ranges::any_of(endings, ends)
        || fileName.startsWith(QLatin1String(".env."));
}

/// Shared by the thread that walks and the one that shows.
struct FolderSummary::Walk
{
    std::atomic<bool> dropped = false;

    void run(const QStringList &paths)
    {
        for (const QString &path : paths)
            lookAt(path);
        const std::lock_guard guard(m_mutex);
        m_facts.complete = m_facts.files < maxFiles;
        m_done = true;
    }

    /// @return whether the walk is over.
    bool read(FolderFacts &into)
    {
        const std::lock_guard guard(m_mutex);
        into = m_facts;
        return m_done;
    }

private:
    bool isFull()
    {
        const std::lock_guard guard(m_mutex);
        return m_facts.files >= maxFiles;
    }

    void lookAt(const QString &path)
    {
        const QFileInfo info(path);
        if (!info.isDir()) {
            if (info.isFile())
                count(info, info.fileName());
            return;
        }
        if (holdsHome(path)) {
            const std::lock_guard guard(m_mutex);
            m_facts.wholeHome = true;
        }
        if (looksPrivate(info.fileName()))
            worry(info.fileName());
        const QDir top(path);
        QDirIterator entries(path, QDir::Files | QDir::NoSymLinks | QDir::NoDotAndDotDot,
                             QDirIterator::Subdirectories);
        while (!dropped && !isFull() && entries.hasNext()) {
            entries.next();
            count(entries.fileInfo(), top.relativeFilePath(entries.filePath()));
        }
    }

    void count(const QFileInfo &file, const QString &shownAs)
    {
        const qint64 size = file.size();
        {
            const std::lock_guard guard(m_mutex);
            ++m_facts.files;
            m_facts.bytes += size;
        }
        if (looksPrivate(file.fileName()))
            worry(shownAs);
    }

    void worry(const QString &shownAs)
    {
        const std::lock_guard guard(m_mutex);
        if (m_facts.worrying.size() < maxWorrying)
            m_facts.worrying << shownAs;
    }

    std::mutex m_mutex;
    FolderFacts m_facts;
    bool m_done = false;
};

FolderSummary::FolderSummary(QObject *parent) : QObject(parent)
{
    m_collect.setInterval(50ms);
    connect(&m_collect, &QTimer::timeout, this, &FolderSummary::collect);
}

FolderSummary::~FolderSummary()
{
    QThread *thread = m_thread;
    drop();
    if (thread != nullptr && thread->wait(QDeadlineTimer(patience)))
        delete thread;
}

void FolderSummary::drop()
{
    if (m_walk)
        m_walk->dropped = true;
    m_walk.reset();
    m_thread = nullptr;
    m_collect.stop();
}

void FolderSummary::look(const QStringList &paths)
{
    if (m_thread != nullptr) {
        connect(m_thread, &QThread::finished, m_thread, &QObject::deleteLater);
        if (m_thread->isFinished()) // too late for the signal
            m_thread->deleteLater();
    }
    drop();
    m_facts = {};
    if (paths.isEmpty()) {
        Q_EMIT changed();
        return;
    }
    m_walk = std::make_shared<Walk>();
    m_thread = QThread::create([walk = m_walk, paths] { walk->run(paths); });
    m_thread->start(QThread::LowPriority);
    m_collect.start();
}

void FolderSummary::collect()
{
    const FolderFacts before = m_facts;
    const bool done = m_walk->read(m_facts);
    if (done) {
        m_thread->wait();
        delete m_thread;
        drop();
    }
    if (done || m_facts != before)
        Q_EMIT changed();
}

} // namespace kite::ui
