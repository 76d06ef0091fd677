#pragma once

#include <chrono>
#include <mutex>
#include <optional>

#include <QHash>
#include <QString>

#include "kitecore/base/clock.h"

namespace kite::relay {

/// Slows down who guesses secrets: after a few wrong ones from an address its proofs are looked at
/// one after the other, each later than the one before. Thread-safe; remembers maxAddresses.
class Penalties
{
public:
    static constexpr int freeFailures = 3;
    static constexpr std::chrono::milliseconds firstStep {250}; ///< doubles with each failure
    static constexpr std::chrono::milliseconds longestStep {4'000};
    static constexpr std::chrono::seconds longestWait {10};
    static constexpr std::chrono::minutes forgetAfter {10};
    static constexpr qsizetype maxAddresses = 4096;

    explicit Penalties(const Clock &clock) : m_clock(clock) {}

    /// When the next proof from here may be looked at; waits of one address follow each other.
    /// @return zero: now. std::nullopt: too many wait already.
    std::optional<std::chrono::milliseconds> reserve(const QString &address);
    /// @return whether the next proof from here has to wait.
    bool failed(const QString &address);

private:
    struct Record
    {
        int failures = 0;
        Clock::Steady lastFailure;
        Clock::Steady nextTurn;
    };

    void forgetOld();
    static std::chrono::milliseconds stepAfter(int failures);

    const Clock &m_clock;
    std::mutex m_lock;
    QHash<QString, Record> m_records;
};

} // namespace kite::relay
