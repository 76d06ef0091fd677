#include "app/cli/reporter.h"

#include <atomic>
#include <cerrno>
#include <cstring>

#include <QDateTime>
#include <QFile>
#include <QJsonDocument>
#include <QLoggingCategory>

namespace kite::cli {

namespace {

/// Whole lines only: several threads log.
void writeLine(std::FILE *to, const QByteArray &line)
{
    const QByteArray whole = line + '\n';
    std::fwrite(whole.constData(), 1, size_t(whole.size()), to);
    std::fflush(to);
}

/// `ts=` and `ll=` are hexadecimal, as in pagekite.py's log.
QByteArray logLine(const QByteArray &pairs)
{
    static std::atomic<quint32> lines = 0;
    const auto now = QDateTime::currentDateTime();
    return "ts=" + QByteArray::number(now.toSecsSinceEpoch(), 16)
        + "; t=" + now.toString(Qt::ISODate).toLatin1() + "; ll=" + QByteArray::number(lines++, 16)
        + "; " + pairs;
}

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
    std::FILE *file = stderr;
    bool pairs = false; ///< as log lines
    LogLevel most = LogLevel::Warning;
} sink;

void takeMessage(QtMsgType type, const QMessageLogContext &, const QString &message)
{
    static constexpr const char *keys[] = {"", "error", "warn", "info", "debug"};
    const auto level = levelOf(type);
    if (level > sink.most)
        return;
    QByteArray text = message.toUtf8();
    text.replace('\n', ' ').replace('\r', ' ');
    if (sink.pairs)
        writeLine(sink.file, logLine(keys[int(level)] + ("=" + text.replace(';', ','))));
    else
        writeLine(sink.file, "kite: " + text);
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

void Reporter::Close::operator()(std::FILE *file) const
{
    if (file != stdout && file != stderr)
        std::fclose(file);
}

Result<std::unique_ptr<Reporter>, QString> Reporter::open(const Output &output)
{
    File log;
    if (output.logFile == u"stdio")
        log.reset(output.json ? stderr : stdout); // standard output stays JSON
    else if (!output.logFile.isEmpty())
        log.reset(std::fopen(QFile::encodeName(output.logFile).constData(), "ae"));
    if (!output.logFile.isEmpty() && !log)
        return Err {QStringLiteral("The log file %1 cannot be written: %2.")
                        .arg(output.logFile, qt_error_string(errno))};
    return std::unique_ptr<Reporter>(new Reporter(output, std::move(log)));
}

Reporter::Reporter(Output output, File log) : m_output(std::move(output)), m_log(std::move(log))
{
    const bool debugs = m_output.level == LogLevel::Debug;
    if (m_log)
        sink = {m_log.get(), true, m_output.level};
    else
        sink = {stderr, false,
                debugs ? m_output.level : std::min(m_output.level, LogLevel::Warning)};
    QLoggingCategory::setFilterRules(filterRules(sink.most));
    qInstallMessageHandler(takeMessage);
}

Reporter::~Reporter()
{
    qInstallMessageHandler(nullptr);
    sink = {};
}

bool Reporter::logsToScreen() const
{
    return m_log && (m_log.get() == stdout || m_log.get() == stderr);
}

void Reporter::tell(const Event &event)
{
    log(isProblem(event) ? LogLevel::Warning : LogLevel::Info, toLog(event));
    if (m_output.json)
        writeLine(stdout, QJsonDocument(toJson(event)).toJson(QJsonDocument::Compact));
    if (!m_output.json || std::holds_alternative<Failure>(event))
        say(event);
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
    log(LogLevel::Info, "started=kite; version=" KITE_VERSION);
}

void Reporter::log(LogLevel level, const QByteArray &pairs)
{
    if (m_log && level <= m_output.level && !pairs.isEmpty())
        writeLine(m_log.get(), logLine(pairs));
}

} // namespace kite::cli
