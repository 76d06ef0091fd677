#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <thread>

#include <QByteArray>
#include <QString>

#include "kitecore/base/result.h"

namespace kite::relay {

/// Lines that a thread of its own writes each second: whoever adds one never waits for a disk. What
/// finds no room, since the disk is slow or full, is lost and counted. Thread-safe.
class AccessLog
{
    Q_DISABLE_COPY_MOVE(AccessLog)

public:
    /// Takes whole lines, on the log's thread.
    using Write = std::function<void(const QByteArray &lines)>;

    static constexpr std::chrono::seconds writeAfter {1};
    static constexpr qsizetype maxWaitingBytes = qsizetype {4} * 1024 * 1024;
    /// At the end: a disk that hangs must not keep the process.
    static constexpr std::chrono::seconds farewell {2};

    /// Appends to a file; a new one is its owner's, and its group may read it. @return the system's
    /// reason.
    static Result<std::shared_ptr<AccessLog>, QString> open(const QString &path);
    static std::shared_ptr<AccessLog> onto(Write write);
    ~AccessLog(); ///< Writes what waits, within `farewell`.

    /// @param line with its line feed.
    void add(const QByteArray &line);
    /// The next lines go into a file of the same name, for those who move logs away. What cannot
    /// be opened leaves the log where it is, and is said.
    void reopen();
    /// Gives the file to another user, where open() made it.
    void giveTo(unsigned user, unsigned group);

    qint64 lost() const; ///< lines so far

private:
    class Writer;
    explicit AccessLog(std::shared_ptr<Writer> writer);

    const std::shared_ptr<Writer> m_writer; ///< its thread holds it, too, and may outlive us
    std::thread m_thread;
};

} // namespace kite::relay
