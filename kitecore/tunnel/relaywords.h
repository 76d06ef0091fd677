#pragma once

#include <QString>

#include "kitecore/wire/greeting.h"

namespace kite::tunnel {

/// What the kites of one link may use (PROTOCOL.md, quotas); 0: not said.
struct Quota
{
    static constexpr qint64 most = 1'000'000'000'000; ///< of anything

    qint64 kb = 0;   ///< left, 1024 bytes each
    qint64 days = 0; ///< left
    qint64 connections = 0;
    qint64 visitors = 0; ///< so many different ones ...
    qint64 seconds = 0;  ///< ... within so long

    bool isSaid() const { return kb > 0 || days > 0 || connections > 0 || visitors > 0; }
    bool operator==(const Quota &) const = default;
};

/// A newer program that a relay tells of.
struct Upgrade
{
    QString version; ///< empty: none
    QString tag;
    QString url; ///< http or https; empty: none

    bool operator==(const Upgrade &) const = default;
};

/// What a relay says to the people behind one link. All of it is bounded and harmless() text.
struct RelayWords
{
    static constexpr qsizetype maxLines = 20; ///< of a message
    static constexpr qsizetype maxLineCharacters = 200;
    static constexpr qsizetype maxWordCharacters = 200;

    QString motd; ///< lines; empty: none
    Upgrade upgrade;
    Quota quota;

    /// Takes over what is new in this. The first message and the first offer of a link stay: a
    /// relay can not chat. Quotas change.
    void take(const wire::GreetingReply &reply);
    bool operator==(const RelayWords &) const = default;
};

} // namespace kite::tunnel
