#include "kitecore/net/selector.h"

#include <unordered_map>
#include <vector>

#include <QSocketNotifier>

namespace kite::net {

namespace {

/// A notifier is made when it is first wanted: most sockets are never watched for writing.
class Watched
{
public:
    using Told = std::function<void(Selector::Event)>;

    Watched(SocketHandle socket, quint32 generation, Told told)
        : m_event {socket, generation, {}}
        , m_told(std::move(told))
    {
    }

    void set(Readiness wanted)
    {
        set(m_reads, QSocketNotifier::Read, wanted.read);
        set(m_writes, QSocketNotifier::Write, wanted.write);
    }

private:
    void set(std::unique_ptr<QSocketNotifier> &notifier, QSocketNotifier::Type type, bool wanted)
    {
        if (!notifier && wanted) {
            notifier = std::make_unique<QSocketNotifier>(type);
            notifier->setSocket(m_event.socket);
            const Readiness readiness {type == QSocketNotifier::Read,
                                       type == QSocketNotifier::Write};
            QObject::connect(
                notifier.get(), &QSocketNotifier::activated, notifier.get(),
                [event = Selector::Event {m_event.socket, m_event.generation, readiness},
                 told = m_told] { told(event); });
        }
        if (notifier)
            notifier->setEnabled(wanted);
    }

    Selector::Event m_event;
    Told m_told;
    std::unique_ptr<QSocketNotifier> m_reads;
    std::unique_ptr<QSocketNotifier> m_writes;
};

} // namespace

class Selector::Private
{
public:
    explicit Private(std::function<void()> activated) : m_activated(std::move(activated)) {}

    void change(SocketHandle socket, quint32 generation, Readiness now)
    {
        const auto known = m_watched.find(socket);
        if (now == Readiness {}) {
            if (known == m_watched.end())
                return;
            known->second->set({});
            m_gone.push_back(std::move(known->second)); // it may be the one that is telling
            m_watched.erase(known);
            return;
        }
        auto &watched = m_watched[socket];
        if (!watched) {
            watched = std::make_unique<Watched>(socket, generation,
                                                [this](Event event) { activated(event); });
        }
        watched->set(now);
    }

    std::span<const Event> collect()
    {
        m_given.clear();
        m_given.swap(m_ready);
        return m_given;
    }

private:
    void activated(Event event)
    {
        m_ready.push_back(event);
        const auto gone = std::exchange(m_gone, {}); // never the one that is telling now
        m_activated();
    }

    std::function<void()> m_activated;
    std::unordered_map<SocketHandle, std::unique_ptr<Watched>> m_watched;
    std::vector<std::unique_ptr<Watched>> m_gone;
    std::vector<Event> m_ready;
    std::vector<Event> m_given;
};

Selector::Selector(std::function<void()> activated)
    : d(std::make_unique<Private>(std::move(activated)))
{
}

Selector::~Selector() = default;

void Selector::change(SocketHandle socket, quint32 generation, Readiness before, Readiness now)
{
    Q_UNUSED(before)
    d->change(socket, generation, now);
}

bool Selector::forgetsClosed()
{
    return false;
}

std::span<const Selector::Event> Selector::collect()
{
    return d->collect();
}

bool Selector::isOfEventLoop() const
{
    return false;
}

void Selector::callSoon() {}

} // namespace kite::net
