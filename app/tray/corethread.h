#pragma once

#include <functional>
#include <memory>

#include <QThread>

#include "app/tray/core.h"

namespace kite::app {

/// Runs an Engine on a thread of its own, with an event loop and a net::Loop.
class CoreThread final : public Core
{
    Q_OBJECT

public:
    CoreThread();           ///< returns when the engine is there
    ~CoreThread() override; ///< takes all kites down, waits for the thread

    void setKites(const QList<WantedKite> &kites) override;
    void setPreferences(const settings::Preferences &preferences) override;
    void retryNow() override;
    void wake() override;

private:
    class Thread;

    void call(std::function<void()> onItsThread);

    std::unique_ptr<Thread> m_thread;
    Engine *m_engine; ///< lives on m_thread; only called through its event loop
};

} // namespace kite::app
