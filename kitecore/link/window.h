#pragma once

#include <optional>

#include <QtGlobal>

namespace kite::link {

/// Whose rules of flow control apply on a link (PROTOCOL.md, flow control).
enum class Dialect {
    PageKite, ///< The peer is pagekite.py, libpagekite or the like.
    Wide,     ///< Both ends announced `KiteWindow`.
};

/// How much of a stream may be under way: bytes sent against the peer's `SKB`, which counts what it
/// handed on, in whole KiB, from the stream's begin.
class SendWindow
{
public:
    explicit SendWindow(Dialect dialect) : m_dialect(dialect) {}

    void sent(qsizetype bytes) { m_sent += quint64(bytes); }
    /// Late and exaggerated values do no harm.
    void acknowledged(quint64 kib);

    qsizetype room() const; ///< never negative
    bool isAcknowledged() const { return m_heard; }

private:
    quint64 m_sent = 0;
    quint64 m_acknowledged = 0;
    Dialect m_dialect;
    bool m_heard = false;
};

/// When to tell the sender how far we are.
///
/// PageKite peers hear it at the end of each round that brought news: pagekite.py has no window at
/// all before the first `SKB`, libpagekite's may be as small as 4 KiB. Wide ones after each 128
/// KiB.
class Progress
{
public:
    explicit Progress(Dialect dialect) : m_dialect(dialect) {}

    void arrived() { m_begun = true; } ///< The stream's first data is here.
    void taken(qsizetype bytes) { m_taken += quint64(bytes); }

    bool isDue() const;
    quint64 total() const { return m_taken; } ///< bytes taken
    /// What `SKB` says now; it counts as said.
    quint64 report();

private:
    quint64 m_taken = 0;
    quint64 m_reportedKib = 0;
    Dialect m_dialect;
    bool m_begun = false;
    bool m_reported = false;
};

} // namespace kite::link
