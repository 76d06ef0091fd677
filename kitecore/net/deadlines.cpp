#include "kitecore/net/deadlines.h"

#include <map>
#include <vector>

#include <QTimer>

namespace kite::net {

namespace {

using std::chrono::seconds;

constexpr quint32 none = 0xffffffff;

/// One limit, or a free place for one. Places are used again: arming and cancelling, thrice for
/// each visitor, allocate only for the first limit of a second.
struct Place
{
    std::function<void()> late;
    seconds second {};       ///< of the clock, in which it is looked at
    quint32 number = 0;      ///< 0: free
    quint32 previous = none; ///< of the same second
    quint32 next = none;     ///< of the same second, or the next free one
};

/// A limit's number and place: numbers are not used again, places are.
quint64 makeId(quint32 number, quint32 place)
{
    return quint64(number) << 32 | place;
}

} // namespace

class Deadlines::Private
{
public:
    using Late = std::function<void()>;

    explicit Private(const Clock &used) : clock(used)
    {
        timer.setSingleShot(true);
        timer.setTimerType(Qt::PreciseTimer); // coarse ones may come too early
        QObject::connect(&timer, &QTimer::timeout, &timer, [this] { tick(); });
    }

    Clock::Steady::duration now() const { return clock.now().time_since_epoch(); }
    quint64 add(seconds second, Late late);
    void remove(quint64 id);
    bool contains(quint64 id) const;
    quint32 freePlace();
    Late vacate(quint32 place);
    void tick();
    void setTimer();

    const Clock &clock;
    std::vector<Place> places;
    quint32 firstFree = none;
    std::map<seconds, quint32> waiting; ///< the first place of each second
    quint32 lastNumber = 0;
    seconds timerFor {}; ///< what the timer is set for; 0: not running
    QTimer timer;
};

quint64 Deadlines::Private::add(seconds second, Late late)
{
    const quint32 place = freePlace();
    auto &first = waiting.try_emplace(second, none).first->second;
    if (first != none)
        places[first].previous = place;
    if (++lastNumber == 0)
        ++lastNumber;
    places[place] = {std::move(late), second, lastNumber, none, std::exchange(first, place)};
    setTimer();
    return makeId(lastNumber, place);
}

quint32 Deadlines::Private::freePlace()
{
    if (firstFree == none) {
        places.emplace_back();
        return quint32(places.size() - 1);
    }
    return std::exchange(firstFree, places[firstFree].next);
}

/// @return what was to be done there.
Deadlines::Private::Late Deadlines::Private::vacate(quint32 place)
{
    Place free;
    free.next = firstFree;
    auto left = std::exchange(places[place], std::move(free));
    firstFree = place;
    if (left.next != none)
        places[left.next].previous = left.previous;
    if (left.previous != none)
        places[left.previous].next = left.next;
    else if (left.next != none)
        waiting[left.second] = left.next;
    else
        waiting.erase(left.second);
    return std::move(left.late);
}

void Deadlines::Private::remove(quint64 id)
{
    if (!contains(id))
        return;
    const auto late = vacate(quint32(id)); // goes last: it may own tokens itself
    setTimer();
}

bool Deadlines::Private::contains(quint64 id) const
{
    const auto place = quint32(id);
    return place < places.size() && places[place].number == id >> 32;
}

void Deadlines::Private::tick()
{
    timerFor = seconds {};
    const auto present = now(); // limits set meanwhile lie behind it
    while (!waiting.empty() && waiting.begin()->first <= present)
        vacate(waiting.begin()->second)();
    setTimer();
}

void Deadlines::Private::setTimer()
{
    const seconds next = waiting.empty() ? seconds {} : waiting.begin()->first;
    if (next == timerFor && timer.isActive() == (next != seconds {}))
        return;
    timerFor = next;
    if (next == seconds {}) {
        timer.stop();
        return;
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(next - now());
    timer.start(std::max(left, std::chrono::milliseconds {0}));
}

Deadlines::Deadlines(const Clock &clock) : d(std::make_unique<Private>(clock)) {}

Deadlines::~Deadlines() = default;

Deadlines::Token Deadlines::after(std::chrono::milliseconds delay, std::function<void()> late)
{
    // Never in a second that is looked at already: a limit of 0 set by a late one comes next time.
    const auto now = d->now();
    const auto second = std::max(std::chrono::ceil<seconds>(now + delay),
                                 std::chrono::floor<seconds>(now) + seconds {1});
    return {this, d->add(second, std::move(late))};
}

void Deadlines::tick()
{
    d->tick();
}

Deadlines::Token::Token(Token &&other) noexcept
    : m_owner(std::exchange(other.m_owner, nullptr))
    , m_id(std::exchange(other.m_id, 0))
{
}

Deadlines::Token &Deadlines::Token::operator=(Token &&other) noexcept
{
    if (this != &other) {
        cancel();
        m_owner = std::exchange(other.m_owner, nullptr);
        m_id = std::exchange(other.m_id, 0);
    }
    return *this;
}

Deadlines::Token::~Token()
{
    cancel();
}

void Deadlines::Token::cancel()
{
    if (Deadlines *owner = std::exchange(m_owner, nullptr))
        owner->d->remove(std::exchange(m_id, 0));
}

bool Deadlines::Token::isArmed() const
{
    return m_owner != nullptr && m_owner->d->contains(m_id);
}

} // namespace kite::net
