#pragma once

#include <array>
#include <atomic>

#include <QtGlobal>

namespace kite::origin {

/// Why a visitor or a request is not passed on.
enum class Refusal : quint8 {
    Malformed,     ///< 400: two servers could read it in two ways
    TooLong,       ///< 431
    Late,          ///< 408: the head did not become complete
    NoTunnels,     ///< 405: CONNECT; the relay serves these
    OtherHost,     ///< 421: the connection belongs to the host of its first request
    NeedsPassword, ///< 401
    KeptOut,       ///< 429: too many wrong passwords from there
    Blocked,       ///< 500, as PageKite says it: the firewall
    Address,       ///< the kite is not for visitors from there
};
inline constexpr size_t refusalCount = size_t(Refusal::Address) + 1;

/// The stable word for it, as `kite_gate_refused_total{reason="..."}` has it.
const char *refusalWord(Refusal why);

/// How often kites' gates said no. Thread-safe.
class GateCounts
{
public:
    void count(Refusal why) { m_counts[size_t(why)].fetch_add(1, std::memory_order_relaxed); }
    qint64 of(Refusal why) const { return m_counts[size_t(why)].load(std::memory_order_relaxed); }

private:
    std::array<std::atomic<qint64>, refusalCount> m_counts {};
};

} // namespace kite::origin
