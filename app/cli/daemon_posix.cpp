#include "app/cli/daemon.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <vector>

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/wait.h>
#include <unistd.h>

namespace kite::cli {

namespace {

constexpr int failed = 1;
constexpr int endedBySignal = 128;

/// What the child ended with.
int exitCodeOf(pid_t child)
{
    int status = 0;
    while (::waitpid(child, &status, 0) < 0) {
        if (errno != EINTR)
            return failed;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : endedBySignal + WTERMSIG(status);
}

int waitFor(pid_t child, int ready)
{
    char byte = 0;
    ssize_t got = 0;
    do {
        got = ::read(ready, &byte, 1);
    } while (got < 0 && errno == EINTR);
    ::close(ready);
    return got == 1 ? 0 : exitCodeOf(child);
}

std::optional<quint32> readId(const QString &text)
{
    bool isNumber = false;
    const quint32 id = text.toUInt(&isNumber);
    static constexpr quint32 noId = ~quint32(0); // means "leave it" to the system
    return isNumber && id != noId ? std::optional(id) : std::nullopt;
}

} // namespace

Daemon::~Daemon()
{
    if (m_tellReady >= 0)
        ::close(m_tellReady);
}

std::optional<int> Daemon::begin()
{
    std::array<int, 2> ends {-1, -1};
    if (::pipe(ends.data()) != 0) {
        std::perror("kite: --daemonize");
        return failed;
    }
    for (const int end : ends)
        ::fcntl(end, F_SETFD, FD_CLOEXEC);
    const pid_t child = ::fork();
    if (child < 0) {
        std::perror("kite: --daemonize");
        return failed;
    }
    if (child == 0) {
        ::close(ends[0]);
        m_tellReady = ends[1];
        return std::nullopt;
    }
    ::close(ends[1]);
    return waitFor(child, ends[0]);
}

void Daemon::detach()
{
    if (m_tellReady < 0)
        return;
    ::setsid();
    const int nowhere = ::open("/dev/null", O_RDWR | O_NOCTTY | O_CLOEXEC);
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (nowhere >= 0)
            ::dup2(nowhere, stream);
    }
    if (nowhere > STDERR_FILENO)
        ::close(nowhere);
    const char byte = 0;
    // If nobody waits any more, nobody needs to know.
    [[maybe_unused]] const auto told = ::write(m_tellReady, &byte, 1);
    ::close(m_tellReady);
    m_tellReady = -1;
}

Result<RunAs, QString> findUser(const QString &text)
{
    const QString userText = text.section(QLatin1Char(':'), 0, 0);
    const QString groupText = text.section(QLatin1Char(':'), 1);
    RunAs found;
    found.groupGiven = !groupText.isEmpty();
    // At the start, in the only thread.
    const passwd *user = ::getpwnam( // NOLINT(concurrency-mt-unsafe)
        userText.toLocal8Bit().constData());
    const auto userNumber = readId(userText);
    if (!user && userNumber)
        user = ::getpwuid(*userNumber); // NOLINT(concurrency-mt-unsafe)
    if (user) {
        found.name = QString::fromLocal8Bit(user->pw_name);
        found.user = user->pw_uid;
        found.group = user->pw_gid;
    } else if (userNumber && found.groupGiven) {
        found.user = *userNumber;
    } else {
        return Err {QStringLiteral("There is no user '%1'.").arg(userText)};
    }
    if (!found.groupGiven)
        return found;
    const auto groupNumber = readId(groupText);
    const group *const named = ::getgrnam( // NOLINT(concurrency-mt-unsafe)
        groupText.toLocal8Bit().constData());
    if (!named && !groupNumber)
        return Err {QStringLiteral("There is no group '%1'.").arg(groupText)};
    found.group = named ? named->gr_gid : *groupNumber;
    return found;
}

QString userName()
{
    constexpr size_t mostBytes = 16'384; // of an entry
    std::vector<char> space(mostBytes);
    passwd entry {};
    passwd *found = nullptr;
    const uid_t id = ::geteuid();
    if (::getpwuid_r(id, &entry, space.data(), space.size(), &found) == 0 && found)
        return QString::fromLocal8Bit(entry.pw_name);
    return QString::number(id);
}

Result<void, QString> become(const RunAs &user)
{
    if (::geteuid() != 0) {
        if (user.user == ::geteuid() && (!user.groupGiven || user.group == ::getegid()))
            return {};
        return Err {QStringLiteral("Only root can run kite as somebody else.")};
    }
    const gid_t group = user.group;
    // A group that was asked for is the only one; else all that the user has.
    const bool grouped = ::setgid(group) == 0
        && (user.groupGiven || user.name.isEmpty()
                ? ::setgroups(1, &group)
                : ::initgroups(user.name.toLocal8Bit().constData(), group))
            == 0;
    if (!grouped || ::setuid(user.user) != 0)
        return Err {QStringLiteral("kite cannot become the user of --runas: %1.")
                        .arg(qt_error_string(errno))};
    if (user.user != 0 && (::setuid(0) == 0 || ::geteuid() != user.user || ::getegid() != group))
        return Err {QStringLiteral("kite could not give up being root.")};
    return {};
}

} // namespace kite::cli
