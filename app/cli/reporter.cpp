#include "app/cli/reporter.h"

#include <algorithm>

#include <QLoggingCategory>
#include <QSysInfo>

#include "app/cli/screen.h"

namespace kite::cli {

namespace {

LogLevel levelOf(QtMsgType type)
{
    switch (type) {
    case QtDebugMsg:
        return LogLevel::Debug;
    case QtInfoMsg:
        return LogLevel::Info;
    case QtWarningMsg:
        return LogLevel::Warning;
    case QtCriticalMsg:
    case QtFatalMsg:
        return LogLevel::Error;
    }
    Q_UNREACHABLE();
}

/// Where Qt's messages go; written before there are threads.
struct MessageSink
{
    LogFile *log = nullptr; ///< null: words on standard error
    LogLevel most = LogLevel::Warning;
} sink;

/// Messages that are log lines with pagekite.py's keys already.
bool isPairs(const QByteArray &text)
{
    static constexpr const char *keys[] = {"err=", "warn=", "connect="};
    return std::ranges::any_of(keys, [&](const char *key) { return text.startsWith(key); });
}

void takeMessage(QtMsgType type, const QMessageLogContext &, const QString &message)
{
    static constexpr const char *keys[] = {"", "err", "warn", "info", "debug"};
    const auto level = levelOf(type);
    if (level > sink.most)
        return;
    QByteArray text = message.toUtf8();
    text.replace('\n', ' ').replace('\r', ' ');
    if (!sink.log)
        writeLine(stderr, "kite: " + text);
    else if (isPairs(text))
        sink.log->write(level, text);
    else
        sink.log->write(level, keys[int(level)] + ("=" + text.replace(';', ',')));
}

QString filterRules(LogLevel most)
{
    const auto rule = [most](QLatin1StringView kind, LogLevel level) {
        return QLatin1String("kite.*.") + kind
            + (most >= level ? QLatin1String("=true\n") : QLatin1String("=false\n"));
    };
    return rule(QLatin1StringView("warning"), LogLevel::Warning)
        + rule(QLatin1StringView("info"), LogLevel::Info)
        + rule(QLatin1StringView("debug"), LogLevel::Debug);
}

} // namespace

Result<std::unique_ptr<Reporter>, QString> Reporter::open(const Output &output)
{
    if (output.logFile.isEmpty())
        return std::unique_ptr<Reporter>(new Reporter(output, nullptr));
    auto log = LogFile::open(output);
    if (!log)
        return Err {log.error()};
    return std::unique_ptr<Reporter>(new Reporter(output, std::move(log).value()));
}

Reporter::Reporter(Output output, std::unique_ptr<LogFile> log)
    : m_output(std::move(output))
    , m_log(std::move(log))
{
    const bool debugs = m_output.level == LogLevel::Debug;
    if (m_log)
        sink = {m_log.get(), m_output.level};
    else
        sink = {nullptr, debugs ? m_output.level : std::min(m_output.level, LogLevel::Warning)};
    m_resend.setInterval(resendAfter);
    QObject::connect(&m_resend, &QTimer::timeout, &m_resend, [this] { resend(); });
    QLoggingCategory::setFilterRules(filterRules(sink.most));
    qInstallMessageHandler(takeMessage);
}

Reporter::~Reporter()
{
    qInstallMessageHandler(nullptr);
    sink = {};
    finishLines(longestFarewell);
}

/// A reader is behind: it gets its lines when it goes on reading, or hears how many it missed.
void Reporter::resend()
{
    sendWaitingLines();
    if (linesWait())
        return;
    m_resend.stop();
    if (const auto lost = takeLostLines(); lost > 0)
        tell(Failure {QStringLiteral("lines-lost"),
                      QStringLiteral("%1 lines that nobody read in time are lost.").arg(lost)});
}

bool Reporter::logsToScreen() const
{
    return m_log && m_log->kind() == LogFile::Kind::Screen;
}

void Reporter::tell(const Event &event)
{
    log(isProblem(event) ? LogLevel::Warning : LogLevel::Info, toLog(event));
    if (m_output.json)
        writeLine(stdout, jsonLine(toJson(event)));
    if (!m_output.json || std::holds_alternative<Failure>(event))
        say(event);
    if (linesWait() && !m_resend.isActive())
        m_resend.start();
}

void Reporter::say(const Event &event)
{
    const QByteArray text = toText(event).toUtf8();
    if (text.isEmpty() || isOldTraffic(event))
        return;
    if (!isProblem(event)) {
        if (!logsToScreen()) // the log says the same
            writeLine(stdout, text);
        return;
    }
    const bool repeats = text == std::exchange(m_lastProblem, text);
    if (!repeats || std::holds_alternative<Down>(event)) // why it ends is often what was just said
        writeLine(stderr, "kite: " + text);
}

/// Words need no line for a second in which nothing moved.
bool Reporter::isOldTraffic(const Event &event)
{
    const auto *traffic = std::get_if<Traffic>(&event);
    return traffic && std::exchange(m_lastTraffic[traffic->kite], *traffic) == *traffic;
}

void Reporter::warn(const QString &sentence)
{
    writeLine(stderr, "kite: " + sentence.toUtf8());
    if (!logsToScreen())
        log(LogLevel::Warning, "warn=" + sentence.toUtf8().replace(';', ','));
}

void Reporter::logStart()
{
    log(LogLevel::Info,
        "started=kite; version=" KITE_VERSION "; platform=" + QSysInfo::kernelType().toLatin1());
}

void Reporter::giveLogTo(const RunAs &user)
{
    if (m_log)
        m_log->giveTo(user);
}

void Reporter::reopenLog()
{
    if (m_log && m_log->reopen())
        log(LogLevel::Info, "info=the log goes on in a new file");
}

void Reporter::log(LogLevel level, const QByteArray &pairs)
{
    if (m_log && level <= m_output.level && !pairs.isEmpty())
        m_log->write(level, pairs);
}

} // namespace kite::cli
