#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include <QtGlobal>

#include "kitecore/base/clock.h"

namespace kite::net {

/// Coarse time limits of one thread: thousands of them behind one Qt timer that ticks at most once
/// a second, and not at all when there are none. A limit fires up to a second late, never early.
/// Tokens do not outlive it.
class Deadlines
{
    Q_DISABLE_COPY_MOVE(Deadlines)

public:
    /// Cancels when it goes.
    class Token
    {
    public:
        Token() = default;
        Token(Token &&other) noexcept;
        Token &operator=(Token &&other) noexcept;
        ~Token();
        void cancel();
        bool isArmed() const; ///< false once it has fired

    private:
        friend class Deadlines;
        Token(Deadlines *owner, quint64 id) : m_owner(owner), m_id(id) {}
        Deadlines *m_owner = nullptr;
        quint64 m_id = 0;
    };

    explicit Deadlines(const Clock &clock = Clock::system());
    ~Deadlines();

    /// `late` runs once, on this thread; it may cancel or arm others and destroy its own token.
    [[nodiscard]] Token after(std::chrono::milliseconds delay, std::function<void()> late);

    /// For tests with a clock of their own: does what the timer would do now.
    void tick();

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace kite::net
