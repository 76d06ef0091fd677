#pragma once

#include <cstdio>
#include <memory>

#include <QByteArray>

#include "app/cli/daemon.h"
#include "app/cli/options.h"
#include "kitecore/base/result.h"

namespace kite::cli {

/// Where log lines go: standard output or error, a file, or the system's log. write() may be
/// called from any thread, also while reopen() is.
class LogFile
{
    Q_DISABLE_COPY_MOVE(LogFile)

public:
    enum class Kind {
        Screen, ///< `stdio`: standard output, or where that is JSON, standard error
        File,   ///< appended to; a new one is for its owner alone
        System, ///< `syslog`
    };

    /// @param output its logFile says which. @return an error sentence.
    static Result<std::unique_ptr<LogFile>, QString> open(const Output &output);
    ~LogFile();

    Kind kind() const { return m_kind; }

    /// One whole line: `ts=...; t=...; ll=...; ` and the pairs.
    void write(LogLevel level, const QByteArray &pairs);

    /// Goes on in a file of the same name, for those who move logs away. What can not be opened
    /// leaves the log where it is. @return whether it is a new one.
    bool reopen();

    /// Before the process becomes that user: a file that open() made is to be theirs.
    void giveTo(const RunAs &user);

private:
    LogFile(Kind kind, QString path, std::FILE *file);

    Kind m_kind;
    QString m_path;
    std::FILE *m_file;   ///< null: the system's log
    bool m_made = false; ///< the file was not there before
};

} // namespace kite::cli
