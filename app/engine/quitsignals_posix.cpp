#include "app/engine/quitsignals.h"

#include <array>
#include <csignal>

#include <QSocketNotifier>

#include <fcntl.h>
#include <unistd.h>

namespace kite::app {

namespace {

constexpr std::array quitting {SIGINT, SIGTERM, SIGHUP};
volatile std::sig_atomic_t wakeEnd = -1; ///< of the pipe: all that a handler may touch
volatile std::sig_atomic_t asked = 0;

void handle(int signal)
{
    static constexpr int endedBySignal = 128;
    if (asked)
        ::_exit(endedBySignal + signal);
    asked = 1;
    const char byte = 0;
    // Full or gone: the loop is awake already, or over.
    [[maybe_unused]] const auto written = ::write(wakeEnd, &byte, 1);
}

} // namespace

class QuitSignals::Private
{
public:
    Private()
    {
        if (::pipe(ends.data()) != 0)
            qFatal("no pipe for signals");
        for (const int end : ends) {
            ::fcntl(end, F_SETFD, FD_CLOEXEC);
            ::fcntl(end, F_SETFL, O_NONBLOCK);
        }
        notifier = std::make_unique<QSocketNotifier>(ends[0], QSocketNotifier::Read);
        wakeEnd = ends[1];
        asked = 0;
        struct sigaction action
        {
        };
        action.sa_handler = handle;
        action.sa_flags = SA_RESTART;
        for (const int signal : quitting) {
            struct sigaction before
            {
            };
            ::sigaction(signal, nullptr, &before);
            if (signal != SIGHUP || before.sa_handler != SIG_IGN) // nohup stays in force
                ::sigaction(signal, &action, nullptr);
        }
        std::signal(SIGPIPE, SIG_IGN);
    }
    ~Private()
    {
        for (const int signal : quitting)
            std::signal(signal, SIG_DFL);
        wakeEnd = -1;
        notifier.reset();
        ::close(ends[0]);
        ::close(ends[1]);
    }
    Q_DISABLE_COPY_MOVE(Private)

    std::array<int, 2> ends {-1, -1};
    std::unique_ptr<QSocketNotifier> notifier;
};

QuitSignals::QuitSignals(QObject *parent) : QObject(parent), d(std::make_unique<Private>())
{
    connect(d->notifier.get(), &QSocketNotifier::activated, this, [this] {
        d->notifier->setEnabled(false);
        Q_EMIT quitAsked();
    });
}

QuitSignals::~QuitSignals() = default;

} // namespace kite::app
