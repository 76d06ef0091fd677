#pragma once

#include <optional>
#include <vector>

#include "kitecore/base/clock.h"
#include "kitecore/tunnel/flownkite.h"
#include "kitecore/tunnel/greeter.h"

namespace kite::tunnel {

/// The wanted kites of one relay, and where each stands. Bookkeeping only: tells nobody.
class Roster
{
public:
    enum class Standing {
        Wanted,  ///< To be asked for.
        Asked,   ///< In the running conversation.
        Flying,  ///< The relay accepted it on the running link.
        Later,   ///< To be asked for again at `notBefore`.
        Refused, ///< Not asked for again by itself.
    };
    struct Entry
    {
        FlownKite kite;
        Standing standing = Standing::Wanted;
        Clock::Steady notBefore {}; ///< for Later
        int laters = 0;             ///< in a row
        bool hasFlown = false;      ///< on any link of ours
        bool secretIsNewer = false; ///< than the one that was asked with
        KiteNews told;              ///< what was last said about it
        bool isNew = true;          ///< nothing was said yet
    };

    /// Takes over a new set. Entries that stay keep their standing, unless a new secret gives a
    /// refused one another chance. @return whether kites came or went.
    bool replace(std::vector<FlownKite> kites);

    std::vector<Entry> &entries() { return m_entries; }
    Entry *find(const KiteId &id);
    bool isEmpty() const { return m_entries.empty(); }
    bool has(Standing standing) const;

    /// Wanted ones become Asked. @param all even more than fit in one conversation.
    enum class HowMany { Fitting, All };
    std::vector<AskedKite> ask(HowMany howMany);

    /// Whatever was asked for or flying is Wanted again.
    void linkGone();
    /// Refused ones (but those without secret) and those that wait get another chance.
    void forgive();
    /// Those whose wait is over become Wanted.
    void wake(Clock::Steady now);
    /// When wake() will next find one.
    std::optional<Clock::Steady> nextWake() const;

private:
    std::vector<Entry> m_entries;
};

} // namespace kite::tunnel
