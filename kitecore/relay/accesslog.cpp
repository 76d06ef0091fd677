#include "kitecore/relay/accesslog.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <utility>

#include <QFile>

#include "kitecore/base/logging.h"

#ifdef Q_OS_UNIX
#include <unistd.h>
#endif

namespace kite::relay {

namespace {

constexpr auto mode
    = QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ReadGroup; // 0640

std::unique_ptr<QFile> openToAppend(const QString &path)
{
    auto file = std::make_unique<QFile>(path);
    file->open(QIODevice::Append | QIODevice::Unbuffered, mode);
    return file;
}

} // namespace

/// What the thread works on. `m_lock` is held for moments, never while anything is written.
class AccessLog::Writer
{
public:
    explicit Writer(std::unique_ptr<QFile> file, bool made)
        : m_path(file->fileName())
        , m_file(std::move(file))
        , m_isMade(made)
    {
    }
    explicit Writer(Write write) : m_write(std::move(write)) {}

    void add(const QByteArray &line)
    {
        const std::lock_guard guard(m_lock);
        if (m_waiting.size() + line.size() > maxWaitingBytes) {
            ++m_lost;
            return;
        }
        m_waiting.append(line);
        if (m_waiting.size() == line.size())
            m_news.notify_one();
    }

    void reopen()
    {
        const std::lock_guard guard(m_lock);
        m_isReopening = !m_path.isEmpty();
        m_news.notify_one();
    }

    /// @return whether run() ends now.
    bool finish()
    {
        std::unique_lock guard(m_lock);
        m_isEnding = true;
        m_news.notify_one();
        return m_over.wait_for(guard, farewell, [this] { return m_isOver; });
    }

    void giveTo(unsigned user, unsigned group)
    {
#ifdef Q_OS_UNIX
        const std::lock_guard guard(m_lock);
        if (m_isMade) [[maybe_unused]]
            const auto given = ::fchown(m_file->handle(), user, group);
#else
        Q_UNUSED(user)
        Q_UNUSED(group)
#endif
    }

    qint64 lost() const
    {
        const std::lock_guard guard(m_lock);
        return m_lost;
    }

    void run()
    {
        std::unique_lock guard(m_lock);
        while (!m_isEnding || !m_waiting.isEmpty()) {
            m_news.wait(guard,
                        [this] { return m_isEnding || m_isReopening || !m_waiting.isEmpty(); });
            m_news.wait_for(guard, writeAfter, [this] { return m_isEnding || m_isReopening; });
            const auto lines = std::exchange(m_waiting, {});
            const bool isReopening = std::exchange(m_isReopening, false);
            guard.unlock();
            const auto missed = lines.isEmpty() ? 0 : write(lines);
            if (isReopening)
                useNewFile();
            guard.lock();
            m_lost += missed;
        }
        m_isOver = true;
        m_over.notify_one();
    }

private:
    /// @return how many lines are lost.
    qint64 write(const QByteArray &lines)
    {
        if (!m_file) {
            m_write(lines);
            return 0;
        }
        const QByteArray text = m_isTorn ? '\n' + lines : lines;
        const auto written = std::max<qint64>(0, m_file->write(text));
        const bool isWhole = written == text.size();
        if (!isWhole && !m_isFailing)
            qCWarning(lcRelay).noquote()
                << "the access log cannot be written, lines are lost:" << m_path
                << m_file->errorString();
        else if (isWhole && m_isFailing)
            qCWarning(lcRelay).noquote() << "the access log is written again:" << m_path;
        m_isFailing = !isWhole;
        if (written > 0)
            m_isTorn = !text.first(written).endsWith('\n');
        return QByteArrayView(text).sliced(written).count('\n');
    }

    void useNewFile()
    {
        auto file = openToAppend(m_path);
        if (!file->isOpen())
            qCWarning(lcRelay).noquote()
                << "the access log stays where it is:" << m_path << file->errorString();
        if (!file->isOpen())
            return;
        const std::lock_guard guard(m_lock);
        m_file = std::move(file);
        m_isTorn = false;
    }

    mutable std::mutex m_lock;
    std::condition_variable m_news;
    std::condition_variable m_over;
    QByteArray m_waiting;
    qint64 m_lost = 0;
    bool m_isReopening = false;
    bool m_isEnding = false;
    bool m_isOver = false;

    const QString m_path; ///< empty: no file
    const Write m_write;
    std::unique_ptr<QFile> m_file; ///< only the thread puts another one here, with the lock
    const bool m_isMade = false;   ///< it was not there before
    bool m_isFailing = false;
    bool m_isTorn = false; ///< it ends within a line
};

AccessLog::AccessLog(std::shared_ptr<Writer> writer)
    : m_writer(std::move(writer))
    , m_thread([works = m_writer] { works->run(); })
{
}

AccessLog::~AccessLog()
{
    if (m_writer->finish())
        m_thread.join();
    else
        m_thread.detach(); // a disk that hangs
}

Result<std::shared_ptr<AccessLog>, QString> AccessLog::open(const QString &path)
{
    const bool isNew = !QFile::exists(path);
    auto file = openToAppend(path);
    if (!file->isOpen())
        return Err {file->errorString()};
    return std::shared_ptr<AccessLog>(
        new AccessLog(std::make_shared<Writer>(std::move(file), isNew)));
}

std::shared_ptr<AccessLog> AccessLog::onto(Write write)
{
    return std::shared_ptr<AccessLog>(new AccessLog(std::make_shared<Writer>(std::move(write))));
}

void AccessLog::add(const QByteArray &line)
{
    m_writer->add(line);
}

void AccessLog::reopen()
{
    m_writer->reopen();
}

void AccessLog::giveTo(unsigned user, unsigned group)
{
    m_writer->giveTo(user, group);
}

qint64 AccessLog::lost() const
{
    return m_writer->lost();
}

} // namespace kite::relay
