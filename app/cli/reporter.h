#pragma once

#include <memory>

#include <QHash>
#include <QTimer>

#include "app/cli/daemon.h"
#include "app/cli/events.h"
#include "app/cli/logfile.h"
#include "kitecore/base/result.h"

namespace kite::cli {

/// Says what happens: events on standard output (one JSON object a line, or sentences); problems in
/// words on standard error; log lines where `--logfile` says. Nobody waits for a
/// reader: one that is slow, stopped or gone is no reason to stop flying (screen.h).
///
/// Takes Qt's messages, too (categories kite.*), from any thread; so there is one at a time.
class Reporter
{
    Q_DISABLE_COPY_MOVE(Reporter)

public:
    /// @return an error sentence if the log file can not be opened.
    static Result<std::unique_ptr<Reporter>, QString> open(const Output &output);
    ~Reporter();

    void tell(const Event &event);
    /// One line on standard error, and in the log.
    void warn(const QString &sentence);
    /// The first line of a log.
    void logStart();
    /// A log that is a file goes on in a new one of the same name.
    void reopenLog();
    /// A log file that we made becomes somebody else's, who will have to go on in it.
    void giveLogTo(const RunAs &user);
    /// Whether the log is a file.
    bool logsToFile() const { return m_log && m_log->kind() == LogFile::Kind::File; }

    const Output &output() const { return m_output; }

private:
    Reporter(Output output, std::unique_ptr<LogFile> log);
    void log(LogLevel level, const QByteArray &pairs);
    bool logsToScreen() const;
    void say(const Event &event);
    bool isOldTraffic(const Event &event);

    void resend();

    static constexpr std::chrono::milliseconds resendAfter {100};
    static constexpr std::chrono::milliseconds longestFarewell {500};

    Output m_output;
    std::unique_ptr<LogFile> m_log; ///< null: none
    QByteArray m_lastProblem;
    QHash<KiteId, Traffic> m_lastTraffic;
    QTimer m_resend; ///< while lines wait for a reader
};

} // namespace kite::cli
