#include "kitecore/relay/accountprogram.h"

#include <QProcessEnvironment>

#include "kitecore/base/logging.h"

#ifdef Q_OS_UNIX
#include "kitecore/net/brokenpipes.h"
#endif

namespace kite::relay {

AccountProgram::AccountProgram(QString path, Way way, std::chrono::milliseconds timeLimit)
    : m_path(std::move(path))
    , m_way(way)
{
    m_limit.setSingleShot(true);
    m_limit.setInterval(timeLimit);
    connect(&m_limit, &QTimer::timeout, this, [this] { failed("takes too long"); });
}

AccountProgram::~AccountProgram()
{
    drop();
}

void AccountProgram::ask(const QStringList &arguments, Said said)
{
    Q_ASSERT(!isBusy());
    m_said = std::move(said);
    m_output.clear();
    m_limit.start();
    if (m_way == Way::EachTime)
        return begin(arguments);
    if (!m_process)
        begin({QStringLiteral("--server")});
    m_process->write(arguments.join(QLatin1Char(' ')).toUtf8() + '\n');
}

void AccountProgram::begin(const QStringList &arguments)
{
    m_process = std::make_unique<QProcess>();
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.remove(QStringLiteral("KITE_SECRET"));
    m_process->setProcessEnvironment(environment);
    m_process->setProcessChannelMode(QProcess::ForwardedErrorChannel);
#ifdef Q_OS_UNIX
    m_process->setChildProcessModifier(net::allowBrokenPipes);
#endif
    if (m_way == Way::EachTime)
        m_process->setStandardInputFile(QProcess::nullDevice());
    // Queued: none of these may find us inside start() or write().
    connect(
        m_process.get(), &QProcess::readyReadStandardOutput, this, [this] { outputCame(); },
        Qt::QueuedConnection);
    connect(
        m_process.get(), &QProcess::finished, this, [this] { ended(); }, Qt::QueuedConnection);
    connect(
        m_process.get(), &QProcess::errorOccurred, this, [this] { ended(); }, Qt::QueuedConnection);
    m_process->start(m_path, arguments);
}

void AccountProgram::outputCame()
{
    if (!m_process)
        return;
    m_output += m_process->readAllStandardOutput();
    if (m_output.size() > maxAnswerBytes)
        return failed("says too much");
    if (m_way == Way::EachTime || m_output.isEmpty())
        return;
    const auto end = m_output.indexOf('\n');
    // More than was asked for: it would be taken for the answer to the next question.
    if (!isBusy() || (end >= 0 && end + 1 < m_output.size()))
        return failed("talks unasked");
    if (end >= 0)
        tell(m_output.first(end));
}

/// The signal may be an older process's: what counts is how this one fares.
void AccountProgram::ended()
{
    if (!m_process || m_process->state() != QProcess::NotRunning)
        return;
    m_output += m_process->readAllStandardOutput();
    const bool well = m_process->exitStatus() == QProcess::NormalExit && m_process->exitCode() == 0
        && m_process->error() != QProcess::FailedToStart && m_output.size() <= maxAnswerBytes;
    drop();
    if (!isBusy())
        return; // a server; the next question starts it anew
    if (!well || m_way == Way::Server)
        return failed("ended with an error");
    tell(m_output);
}

void AccountProgram::failed(const char *why)
{
    qCWarning(lcRelay) << "account program" << m_path << why;
    drop();
    tell(std::nullopt);
}

void AccountProgram::tell(std::optional<QByteArray> what)
{
    m_limit.stop();
    if (const auto said = std::exchange(m_said, {}))
        said(std::move(what)); // may destroy us, or ask again
}

/// ~QProcess waits for what it kills: that takes no time worth speaking of.
void AccountProgram::drop()
{
    if (!m_process)
        return;
    m_process->disconnect(this);
    m_process->kill();
    m_process.reset();
}

} // namespace kite::relay
