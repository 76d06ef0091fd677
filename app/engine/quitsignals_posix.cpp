#include "app/engine/quitsignals.h"

#include <array>
#include <cerrno>
#include <csignal>

#include <QSocketNotifier>

#include <fcntl.h>
#include <unistd.h>

namespace kite::app {

namespace {

constexpr std::array quitting {SIGINT, SIGTERM, SIGHUP};
volatile std::sig_atomic_t wakeEnd = -1; ///< of the pipe: all that a handler may touch
volatile std::sig_atomic_t asked = 0;
volatile std::sig_atomic_t reloads = 0;

void handle(int signal)
{
    static constexpr int endedBySignal = 128;
    if (signal != SIGHUP || !reloads) {
        if (asked)
            ::_exit(endedBySignal + signal);
        asked = 1;
    }
    const char byte = char(signal);
    const int before = errno;
    // Full or gone: the loop is awake already, or over.
    [[maybe_unused]] const auto written = ::write(wakeEnd, &byte, 1);
    errno = before;
}

void listenTo(int signal)
{
    struct sigaction action
    {
    };
    action.sa_handler = handle;
    action.sa_flags = SA_RESTART;
    ::sigaction(signal, &action, nullptr);
}

/// Whether this process belongs to a terminal that is still there.
bool hasTerminal()
{
    const int terminal = ::open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    if (terminal < 0)
        return false;
    ::close(terminal);
    return true;
}

} // namespace

class QuitSignals::Private
{
public:
    explicit Private(HangUp hangUp)
    {
        reloads = hangUp == HangUp::Reloads ? 1 : 0;
        if (::pipe(ends.data()) != 0)
            qFatal("no pipe for signals");
        for (const int end : ends) {
            ::fcntl(end, F_SETFD, FD_CLOEXEC);
            ::fcntl(end, F_SETFL, O_NONBLOCK);
        }
        notifier = std::make_unique<QSocketNotifier>(ends[0], QSocketNotifier::Read);
        wakeEnd = ends[1];
        asked = 0;
        for (const int signal : quitting) {
            struct sigaction before
            {
            };
            ::sigaction(signal, nullptr, &before);
            if (signal != SIGHUP || before.sa_handler != SIG_IGN) // nohup stays in force
                listenTo(signal);
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

    /// @return 0: no more.
    int nextSignal() const
    {
        char byte = 0;
        return ::read(ends[0], &byte, 1) == 1 ? byte : 0;
    }

    std::array<int, 2> ends {-1, -1};
    bool hadTerminal = hasTerminal();
    std::unique_ptr<QSocketNotifier> notifier;
};

QuitSignals::QuitSignals(HangUp hangUp, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>(hangUp))
{
    connect(d->notifier.get(), &QSocketNotifier::activated, this, [this] {
        while (const int signal = d->nextSignal()) {
            const bool lostTerminal = signal == SIGHUP && d->hadTerminal && !hasTerminal();
            if (signal == SIGHUP && reloads && !lostTerminal)
                Q_EMIT reloadAsked();
            else
                Q_EMIT quitAsked(signal == SIGTERM ? Quit::Gently : Quit::AtOnce);
        }
    });
}

QuitSignals::~QuitSignals() = default;

void QuitSignals::outliveHangUps()
{
    reloads = 1;
    d->hadTerminal = false;
    listenTo(SIGHUP); // also under nohup
}

} // namespace kite::app
