#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>

#include <QHash>
#include <QString>

#include "kitecore/base/clock.h"

namespace kite::origin {

/// Keeps out for a while whoever guesses one kite's passwords (PROTOCOL.md, "Serving a stream"):
/// counts wrong ones of each address (net::neighbourhood). Thread-safe. Visitors whose address no
/// relay told are not counted: they would keep each other out.
class PasswordTries
{
public:
    static constexpr int maxWrong = 10;
    static constexpr std::chrono::seconds within {60}; ///< of the first of them
    static constexpr std::chrono::seconds keptOutFor {60};
    static constexpr qsizetype maxAddresses = 4096; ///< the oldest are forgotten

    explicit PasswordTries(const Clock &clock = Clock::system()) : m_clock(clock) {}

    /// How long it is still kept out, at least a second; std::nullopt: it may try.
    std::optional<std::chrono::seconds> keptOut(const QString &address);
    void wrong(const QString &address);

private:
    struct Record
    {
        int wrong = 0;
        Clock::Steady first;
        Clock::Steady until; ///< kept out; once `wrong` is maxWrong
    };

    bool isOld(const Record &record, Clock::Steady now) const;
    void makeRoom(Clock::Steady now);

    const Clock &m_clock;
    std::atomic<bool> m_isQuiet = true; ///< nobody was ever wrong: nothing to look up
    std::mutex m_lock;
    QHash<QString, Record> m_records;
};

} // namespace kite::origin
