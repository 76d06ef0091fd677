#include "kitecore/net/deadlines.h"

#include <map>
#include <unordered_map>

#include <QTimer>

namespace kite::net {

namespace {

using std::chrono::seconds;

/// Second of the clock in which a limit is looked at, and its number: both in one id.
quint64 makeId(seconds second, quint32 number)
{
    return quint64(second.count()) << 32 | number;
}

seconds secondOf(quint64 id)
{
    return seconds(id >> 32);
}

} // namespace

class Deadlines::Private
{
public:
    using Late = std::function<void()>;
    using Second = std::unordered_map<quint64, Late>; ///< by id

    explicit Private(const Clock &used) : clock(used)
    {
        timer.setSingleShot(true);
        timer.setTimerType(Qt::PreciseTimer); // coarse ones may come too early
        QObject::connect(&timer, &QTimer::timeout, &timer, [this] { tick(); });
    }

    Clock::Steady::duration now() const { return clock.now().time_since_epoch(); }
    void add(quint64 id, Late late);
    void remove(quint64 id);
    bool contains(quint64 id) const;
    void tick();
    void setTimer();

    const Clock &clock;
    std::map<seconds, Second> waiting;
    quint32 lastNumber = 0;
    seconds timerFor {}; ///< what the timer is set for; 0: not running
    QTimer timer;
};

void Deadlines::Private::add(quint64 id, Late late)
{
    waiting[secondOf(id)].emplace(id, std::move(late));
    setTimer();
}

void Deadlines::Private::remove(quint64 id)
{
    const auto second = waiting.find(secondOf(id));
    if (second == waiting.end())
        return;
    const auto late = second->second.extract(id); // goes last: it may own tokens itself
    if (second->second.empty())
        waiting.erase(second);
    setTimer();
}

bool Deadlines::Private::contains(quint64 id) const
{
    const auto second = waiting.find(secondOf(id));
    return second != waiting.end() && second->second.contains(id);
}

void Deadlines::Private::tick()
{
    timerFor = seconds {};
    const auto present = now(); // limits set meanwhile lie behind it
    while (!waiting.empty() && waiting.begin()->first <= present) {
        auto &due = waiting.begin()->second;
        const auto late = due.extract(due.begin());
        if (due.empty())
            waiting.erase(waiting.begin());
        late.mapped()();
    }
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
    if (++d->lastNumber == 0)
        ++d->lastNumber;
    const auto id = makeId(second, d->lastNumber);
    d->add(id, std::move(late));
    return Token(this, id);
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
