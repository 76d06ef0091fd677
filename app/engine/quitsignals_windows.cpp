#include "app/engine/quitsignals.h"

#include <atomic>

#include <windows.h>

namespace kite::app {

class QuitSignals::Private
{
public:
    /// Runs on a thread that Windows makes for it.
    static BOOL WINAPI handle(DWORD)
    {
        if (auto *waiting = listener.exchange(nullptr))
            QMetaObject::invokeMethod(
                waiting, [waiting] { Q_EMIT waiting->quitAsked(Quit::AtOnce); },
                Qt::QueuedConnection);
        else
            return FALSE; // the second time: end at once
        return TRUE;
    }
    static inline std::atomic<QuitSignals *> listener = nullptr;
};

/// Windows knows no SIGHUP.
QuitSignals::QuitSignals(HangUp, QObject *parent) : QObject(parent), d(std::make_unique<Private>())
{
    Private::listener = this;
    SetConsoleCtrlHandler(Private::handle, TRUE);
}

QuitSignals::~QuitSignals()
{
    SetConsoleCtrlHandler(Private::handle, FALSE);
    Private::listener = nullptr;
}

void QuitSignals::outliveHangUps() {}

} // namespace kite::app
