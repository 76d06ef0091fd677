#include "kitecore/net/poller.h"

#include <unordered_map>

#include <QObject>

#include "kitecore/net/selector.h"

namespace kite::net {

namespace {

/// So many rounds before Qt's own events get their turn, where Qt's own event loop has to be asked.
constexpr int roundsPerTurn = 4;
/// Who asks for the end of a round while it ends is served at once, but not forever.
constexpr int passesPerRoundEnd = 16;

constexpr Readiness both(Readiness a, Readiness b)
{
    return {a.read && b.read, a.write && b.write};
}

constexpr bool any(Readiness readiness)
{
    return readiness.read || readiness.write;
}

struct Slot
{
    Watcher *watcher = nullptr;
    Readiness wanted;
    Readiness known; ///< what the selector was told is wanted
    quint32 generation = 0;
    bool isChanged = false; ///< stands among those whose change the selector will be told
};

} // namespace

class Poller::Private
{
public:
    Private() : selector([this] { turn(); }) {}

    /// Everybody stands in it at most once and may leave at any time, also while it is served.
    template <typename Member>
    class Line
    {
    public:
        bool isEmpty() const { return m_waiting.empty(); }

        void join(Member *member)
        {
            if (member->m_place != 0)
                return;
            m_waiting.push_back(member);
            member->m_place = quint32(m_waiting.size());
        }

        void leave(Member *member)
        {
            if (member->m_place == 0)
                return;
            const std::size_t index = std::exchange(member->m_place, 0) - 1;
            const bool waits = index < m_waiting.size() && m_waiting[index] == member;
            (waits ? m_waiting : m_served)[index] = nullptr;
        }

        /// Serves those who stand here now; whoever joins meanwhile waits for the next time.
        template <typename Serve>
        void serve(Serve serveOne)
        {
            m_served.swap(m_waiting);
            for (std::size_t i = 0; i < m_served.size(); ++i) {
                if (Member *member = std::exchange(m_served[i], nullptr)) {
                    member->m_place = 0;
                    serveOne(*member);
                }
            }
            m_served.clear();
        }

    private:
        std::vector<Member *> m_waiting;
        std::vector<Member *> m_served;
    };

    Slot &slotOf(SocketHandle socket);
    void set(SocketHandle socket, Slot &slot, Readiness wanted);
    void apply(SocketHandle socket, Slot &slot);
    void takeOut(SocketHandle socket, Slot &slot, Fate fate);
    void applyChanges();
    void tell(const Selector::Event &event);
    void turn();
    bool round();
    void endRound();
    void destroyRetired();
    void kick();

#ifdef Q_OS_WIN
    std::unordered_map<SocketHandle, Slot> slotTable; // a SOCKET is any number
#else
    std::vector<Slot> slotTable; // descriptors are the smallest free numbers
#endif
    Selector selector;
    std::vector<SocketHandle> changed; // in this round
    Line<Watcher> woken;
    Line<RoundEnd> roundEnds;
    std::vector<std::shared_ptr<void>> retired;
    QObject context; // takes posted turns with it when it goes
    bool turning = false;
    bool kicked = false;
};

Slot &Poller::Private::slotOf(SocketHandle socket)
{
#ifdef Q_OS_WIN
    return slotTable[socket];
#else
    const auto index = std::size_t(socket);
    if (index >= slotTable.size())
        slotTable.resize(std::max(index + 1, slotTable.size() * 2));
    return slotTable[index];
#endif
}

void Poller::Private::set(SocketHandle socket, Slot &slot, Readiness wanted)
{
    slot.wanted = wanted;
    if (!turning)
        return apply(socket, slot);
    if (slot.known != wanted && !std::exchange(slot.isChanged, true))
        changed.push_back(socket);
}

void Poller::Private::apply(SocketHandle socket, Slot &slot)
{
    const Readiness before = std::exchange(slot.known, slot.wanted);
    if (before != slot.wanted)
        selector.change(socket, slot.generation, before, slot.wanted);
}

/// Never later: afterwards the number may be anybody's.
void Poller::Private::takeOut(SocketHandle socket, Slot &slot, Fate fate)
{
    slot.wanted = {};
    if (fate == Fate::Leaves || !Selector::forgetsClosed())
        apply(socket, slot);
    slot.known = {};
    ++slot.generation;
    slot.watcher = nullptr;
}

/// A system call each: what was changed back and forth in a round, or closed, needs none.
void Poller::Private::applyChanges()
{
    for (const SocketHandle socket : changed) {
        Slot &slot = slotOf(socket);
        slot.isChanged = false;
        apply(socket, slot);
    }
    changed.clear();
}

void Poller::Private::tell(const Selector::Event &event)
{
    const Slot &slot = slotOf(event.socket);
    if (slot.watcher == nullptr || slot.generation != event.generation)
        return; // forgotten in this round; the number may already be somebody else's
    const Readiness told = both(event.readiness, slot.wanted);
    if (any(told))
        slot.watcher->ready(told);
}

/// @return whether there was, or already is again, something to do.
bool Poller::Private::round()
{
    applyChanges();
    const auto events = selector.collect();
    const bool busy = !events.empty() || !woken.isEmpty();
    woken.serve(
        [](Watcher &watcher) { watcher.ready(std::exchange(watcher.m_woken, Readiness {})); });
    for (const auto &event : events)
        tell(event);
    endRound();
    return busy;
}

void Poller::Private::endRound()
{
    for (int pass = 0; pass < passesPerRoundEnd && !roundEnds.isEmpty(); ++pass)
        roundEnds.serve([](RoundEnd &listener) { listener.roundEnded(); });
    destroyRetired();
}

void Poller::Private::destroyRetired()
{
    while (!retired.empty()) // whoever goes may retire others
        std::exchange(retired, {}).clear();
}

void Poller::Private::turn()
{
    if (turning)
        return;
    turning = true;
    const int rounds = selector.isOfEventLoop() ? 1 : roundsPerTurn;
    for (int i = 0; i < rounds; ++i) {
        if (!round())
            break;
    }
    applyChanges();
    turning = false;
    if (!woken.isEmpty() || !roundEnds.isEmpty() || !retired.empty())
        kick();
}

void Poller::Private::kick()
{
    if (turning || kicked)
        return;
    if (selector.isOfEventLoop())
        return selector.callSoon();
    kicked = true;
    QMetaObject::invokeMethod(
        &context,
        [this] {
            kicked = false;
            turn();
        },
        Qt::QueuedConnection);
}

Poller::Poller() : d(std::make_unique<Private>()) {}

Poller::~Poller()
{
    d->destroyRetired();
}

void Poller::watch(SocketHandle socket, Readiness wanted, Watcher *watcher)
{
    Slot &slot = d->slotOf(socket);
    if (slot.watcher != watcher) {
        d->takeOut(socket, slot, Fate::Leaves);
        slot.watcher = watcher;
    }
    d->set(socket, slot, wanted);
}

void Poller::forget(SocketHandle socket, Fate fate)
{
    d->takeOut(socket, d->slotOf(socket), fate);
}

void Poller::wake(Watcher *watcher, Readiness readiness)
{
    watcher->m_woken.read |= readiness.read;
    watcher->m_woken.write |= readiness.write;
    d->woken.join(watcher);
    d->kick();
}

void Poller::cancelWake(Watcher *watcher)
{
    watcher->m_woken = {};
    d->woken.leave(watcher);
}

void Poller::atRoundEnd(RoundEnd *listener)
{
    d->roundEnds.join(listener);
    d->kick();
}

void Poller::cancelRoundEnd(RoundEnd *listener)
{
    d->roundEnds.leave(listener);
}

void Poller::retireAny(std::shared_ptr<void> object)
{
    d->retired.push_back(std::move(object));
    d->kick();
}

} // namespace kite::net
