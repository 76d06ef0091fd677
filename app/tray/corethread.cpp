#include "app/tray/corethread.h"

#include <future>

#include "kitecore/net/eventdispatcher.h"

namespace kite::app {

/// The thread itself; everything of the core is made, used and destroyed in run().
class CoreThread::Thread final : public QThread
{
public:
    explicit Thread(Core &core) : m_core(core) {}

    Engine *startEngine()
    {
        auto made = m_engine.get_future();
        start();
        return made.get();
    }

protected:
    void run() override
    {
        net::Loop loop;
        Engine engine(loop);
        connect(&engine, &Engine::kiteChanged, &m_core, &Core::kiteChanged);
        connect(&engine, &Engine::sampled, &m_core, &Core::sampled);
        m_engine.set_value(&engine);
        exec();
    }

private:
    Core &m_core;
    std::promise<Engine *> m_engine;
};

CoreThread::CoreThread() : m_thread(std::make_unique<Thread>(*this))
{
    if (auto dispatcher = net::coreDispatcher())
        m_thread->setEventDispatcher(dispatcher.release());
    m_thread->setObjectName(QStringLiteral("core"));
    m_engine = m_thread->startEngine();
}

CoreThread::~CoreThread()
{
    m_thread->quit();
    m_thread->wait();
}

void CoreThread::setKites(const QList<WantedKite> &kites)
{
    call([engine = m_engine, kites] { engine->setKites(kites); });
}

void CoreThread::setPreferences(const settings::Preferences &preferences)
{
    call([engine = m_engine, preferences] { engine->setPreferences(preferences); });
}

void CoreThread::retryNow()
{
    call([engine = m_engine] { engine->retryNow(); });
}

void CoreThread::wake()
{
    call([engine = m_engine] { engine->wake(); });
}

void CoreThread::call(std::function<void()> onItsThread)
{
    QMetaObject::invokeMethod(m_engine, std::move(onItsThread), Qt::QueuedConnection);
}

} // namespace kite::app
