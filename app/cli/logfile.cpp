#include "app/cli/logfile.h"

#include <atomic>
#include <cerrno>

#include <QDateTime>
#include <QFile>

#include "app/cli/screen.h"

#ifdef Q_OS_UNIX
#include <fcntl.h>
#include <syslog.h>
#include <unistd.h>
#endif

namespace kite::cli {

namespace {

/// `ts=` and `ll=` are hexadecimal, as in pagekite.py's log.
QByteArray logLine(const QByteArray &pairs)
{
    static std::atomic<quint32> lines = 0;
    const auto now = QDateTime::currentDateTime();
    return "ts=" + QByteArray::number(now.toSecsSinceEpoch(), 16)
        + "; t=" + now.toString(Qt::ISODate).toLatin1() + "; ll=" + QByteArray::number(lines++, 16)
        + "; " + pairs;
}

#ifdef Q_OS_UNIX
constexpr auto ownersAlone = S_IRUSR | S_IWUSR;

int openToAppend(const QString &path)
{
    return ::open(QFile::encodeName(path).constData(),
                  O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, ownersAlone);
}

std::FILE *openFile(const QString &path)
{
    const int file = openToAppend(path);
    return file < 0 ? nullptr : ::fdopen(file, "a");
}

int priorityOf(LogLevel level)
{
    switch (level) {
    case LogLevel::None:
    case LogLevel::Error:
        return LOG_ERR;
    case LogLevel::Warning:
        return LOG_WARNING;
    case LogLevel::Info:
        return LOG_INFO;
    case LogLevel::Debug:
        return LOG_DEBUG;
    }
    Q_UNREACHABLE();
}
#else
std::FILE *openFile(const QString &path)
{
    return std::fopen(QFile::encodeName(path).constData(), "ae");
}
#endif

} // namespace

Result<std::unique_ptr<LogFile>, QString> LogFile::open(const Output &output)
{
    const auto opened = [](Kind kind, const QString &path, std::FILE *file) {
        return std::unique_ptr<LogFile>(new LogFile(kind, path, file));
    };
    if (output.logFile == u"stdio")
        return opened(Kind::Screen, {}, output.json ? stderr : stdout);
#ifdef Q_OS_UNIX
    if (output.logFile == u"syslog") {
        ::openlog("kite", LOG_PID, LOG_DAEMON);
        return opened(Kind::System, {}, nullptr);
    }
#endif
    const bool made = !QFile::exists(output.logFile);
    std::FILE *const file = openFile(output.logFile);
    if (!file)
        return Err {QStringLiteral("The log file %1 cannot be written: %2.")
                        .arg(output.logFile, qt_error_string(errno))};
    auto log = opened(Kind::File, output.logFile, file);
    log->m_made = made;
    return log;
}

LogFile::LogFile(Kind kind, QString path, std::FILE *file)
    : m_kind(kind)
    , m_path(std::move(path))
    , m_file(file)
{
}

LogFile::~LogFile()
{
    if (m_kind == Kind::File)
        std::fclose(m_file);
#ifdef Q_OS_UNIX
    if (m_kind == Kind::System)
        ::closelog();
#endif
}

void LogFile::write(LogLevel level, const QByteArray &pairs)
{
    const QByteArray line = logLine(pairs);
    if (m_file)
        writeLine(m_file, line);
#ifdef Q_OS_UNIX
    else
        ::syslog(priorityOf(level), "%s", line.constData());
#else
    Q_UNUSED(level)
#endif
}

void LogFile::giveTo(const RunAs &user)
{
#ifdef Q_OS_UNIX
    if (m_kind == Kind::File && m_made) [[maybe_unused]]
        const auto given = ::fchown(::fileno(m_file), user.user, user.group);
#else
    Q_UNUSED(user)
#endif
}

bool LogFile::reopen()
{
    if (m_kind != Kind::File)
        return false;
#ifdef Q_OS_UNIX
    const int file = openToAppend(m_path);
    if (file < 0)
        return false;
    // In the old one's place, in one step: other threads may be writing.
    const bool replaced = ::dup2(file, ::fileno(m_file)) >= 0;
    ::fcntl(::fileno(m_file), F_SETFD, FD_CLOEXEC);
    ::close(file);
    return replaced;
#else
    return false;
#endif
}

} // namespace kite::cli
