#pragma once

#include <optional>

#include <QString>

#include "kitecore/base/result.h"

/// What makes a program a service of an older kind: `--daemonize` and `--runas`.
namespace kite::cli {

/// `--daemonize`: a child does the work; whoever started the program waits until it is ready, so
/// that what goes wrong before reaches the terminal and the exit code.
class Daemon
{
    Q_DISABLE_COPY_MOVE(Daemon)

public:
    Daemon() = default;
    ~Daemon();

    /// Forks: before there are threads, and before QCoreApplication.
    /// @return in the process that waited: its exit code. In the child nothing.
    std::optional<int> begin();

    /// In the child: all is well. Leaves the terminal and lets the other process end.
    void detach();

private:
    int m_tellReady = -1; ///< end of a pipe; closed unused, the child's exit code counts
};

/// Whom `--runas` means.
struct RunAs
{
    QString name; ///< empty: a bare number, with no groups of its own
    quint32 user = 0;
    quint32 group = 0;
    bool groupGiven = false;
};

/// @param text `user` or `user:group`, names or numbers. @return an error sentence.
Result<RunAs, QString> findUser(const QString &text);

/// Whom we are now, by name, else by number.
QString userName();

/// For all threads: group, supplementary groups, then user; there is no way back. @return an error
/// sentence; then the process must end.
Result<void, QString> become(const RunAs &user);

} // namespace kite::cli
