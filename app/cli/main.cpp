#include <cstdio>
#include <functional>

#include <QCoreApplication>
#include <QDir>

#include "app/cli/argvwipe.h"
#include "app/cli/command.h"
#include "app/cli/daemon.h"
#include "app/cli/diskfiles.h"
#include "app/cli/sentences.h"
#include "app/cli/session.h"
#include "app/cli/statusboard.h"
#include "app/engine/quitsignals.h"
#include "app/engine/servicemanager.h"
#include "app/engine/standardstreams.h"
#include "kitecore/net/eventdispatcher.h"
#include "kitecore/net/socketcalls.h"

using namespace kite;
using namespace kite::cli;

namespace {

int wrongUsage(const QString &sentence)
{
    std::fprintf(stderr, "kite: %s (kite --help)\n", sentence.toUtf8().constData());
    return int(ExitCode::Usage);
}

int failed(const QString &sentence)
{
    std::fprintf(stderr, "kite: %s\n", sentence.toUtf8().constData());
    return int(ExitCode::Other);
}

/// What is left to do once ports are open, as whoever started us.
Result<void, QString> settleIn(const Output &output, const std::optional<RunAs> &user,
                               PidFile &pidFile, Reporter &reporter, Session &session)
{
    if (!output.pidFile.isEmpty() && !pidFile.write(output.pidFile))
        return Err {QStringLiteral("%1 cannot be written.").arg(output.pidFile)};
    if (!user)
        return {};
    reporter.giveLogTo(*user);
    session.giveFilesTo(*user);
    return become(*user);
}

/// What systemd opened for us. Anything odd is left closed: the relay will say that it can not
/// listen.
QList<std::shared_ptr<net::ListeningSocket>> inheritedSockets(app::ServiceManager &manager)
{
    QList<std::shared_ptr<net::ListeningSocket>> sockets;
    for (auto &descriptor : manager.takeSockets()) {
        if (auto socket = net::ListeningSocket::adopt(std::move(descriptor)))
            sockets.append(*socket);
    }
    return sockets;
}

/// Reads words and files once more.
using Reread = std::function<Result<Plan, UsageError>()>;

/// Files that we read again when they change, or when we are asked to.
void tellWhatCannotBeRead(const QStringList &files, Reporter &reporter)
{
    for (const QString &file : files) {
        if (const QString why = whyUnreadable(file); !why.isEmpty())
            reporter.warn(saidNowStays(QStringLiteral("%1: %2").arg(file, why)));
    }
}

int fly(const Plan &plan, Daemon &daemon, const CommandFiles &files, const Reread &reread)
{
    std::optional<RunAs> user;
    if (!plan.running.runAs.isEmpty()) {
        const auto found = findUser(plan.running.runAs);
        if (!found)
            return wrongUsage(found.error());
        user = *found;
    }
    const auto reporter = Reporter::open(plan.output);
    if (!reporter)
        return wrongUsage(reporter.error());
    PidFile pidFile;
    app::QuitSignals signalled(plan.verb == Verb::Share ? app::HangUp::Quits
                                                        : app::HangUp::Reloads);
    app::ServiceManager manager;
    Session session(plan, **reporter, inheritedSockets(manager));
    StatusBoard board([&session] { return session.status(); });
    QObject::connect(&session, &Session::ready, &session, [&, log = reporter->get()] {
        const auto settled = settleIn(plan.output, user, pidFile, *log, session);
        if (!settled)
            return QCoreApplication::exit(failed(settled.error()));
        if (user)
            tellWhatCannotBeRead(files.paths() + session.followedFiles(), *log);
        board.open(statusFolder());
        daemon.detach();
        manager.ready();
    });
    QObject::connect(&signalled, &app::QuitSignals::quitAsked, &session, [&](app::Quit how) {
        manager.stopping();
        session.stop(how);
    });
    QObject::connect(&signalled, &app::QuitSignals::reloadAsked, &session,
                     [&, log = reporter->get()] {
                         manager.reloading();
                         log->reopenLog();
                         session.reload(reread());
                         manager.ready();
                     });
    if ((*reporter)->logsToFile() || plan.running.daemonize)
        signalled.outliveHangUps();
    QObject::connect(&session, &Session::finished, qApp, &QCoreApplication::exit);
    QMetaObject::invokeMethod(&session, &Session::start, Qt::QueuedConnection);
    return QCoreApplication::exec();
}

} // namespace

int main(int argc, char **argv)
{
    app::holdStandardStreams();
    // before anything takes time: secrets leave the process list
    const QStringList words = takeWords({argv, size_t(argc)});
    const secrets::Secret secret = takeEnvironment("KITE_SECRET");

    qputenv("QT_NO_GLIB", "1"); // Qt's own event loop costs less than GLib's
    if (auto dispatcher = net::coreDispatcher())
        QCoreApplication::setEventDispatcher(dispatcher.release());
    int one = 1;                                   // the words are ours, not Qt's
    const QCoreApplication application(one, argv); // Qt's certificates want it, also in readCommand

    CommandFiles files(QDir::homePath());
    const auto plan = readCommand(words, secret, files, Reading::First);
    if (!plan)
        return wrongUsage(plan.error().sentence);
    if (plan->show != Show::Nothing) {
        const auto shown = show(*plan);
        return shown ? int(ExitCode::Ended) : failed(shown.error());
    }
    Daemon daemon;
    if (plan->running.daemonize) {
        if (const auto code = daemon.begin())
            return *code;
    }
    net::calls::raiseDescriptorLimit();
    return fly(*plan, daemon, files,
               [&] { return readCommand(words, secret, files, Reading::Again); });
}
