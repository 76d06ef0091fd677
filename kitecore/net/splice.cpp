#include "kitecore/net/splice.h"

#include <algorithm>
#include <unordered_map>
#include <vector>

#include "kitecore/net/splicepair.h"

namespace kite::net {

class Splices::Private
{
public:
    explicit Private(Loop &used) : loop(used) {}

    void remove(SplicePair &splice)
    {
        splice.stop();
        if (auto found = all.extract(&splice))
            loop.poller().retire(std::move(found.mapped()));
    }

    void look()
    {
        std::vector<SplicePair *> quiet;
        for (const auto &[splice, owned] : all) {
            if (splice->lookForMoves() >= idleLooks)
                quiet.push_back(splice);
        }
        for (auto *splice : quiet)
            remove(*splice);
        nextLook = loop.deadlines().after(lookAfter, [this] { look(); });
    }

    Loop &loop;
    std::chrono::seconds idleLimit {0};
    std::chrono::milliseconds lookAfter {0};
    int idleLooks = 0; ///< after so many without a move a pair is idle
    Deadlines::Token nextLook;
    std::unordered_map<SplicePair *, std::unique_ptr<SplicePair>> all;
};

Splices::Splices(Loop &loop) : d(std::make_unique<Private>(loop)) {}

Splices::~Splices()
{
    while (!d->all.empty())
        d->remove(*d->all.begin()->first);
}

void Splices::join(std::unique_ptr<ByteStream> visitor, std::unique_ptr<ByteStream> target,
                   std::shared_ptr<stats::Meter> meter, std::unique_ptr<Witness> witness)
{
    auto made = std::make_unique<SplicePair>(d->loop, std::move(visitor), std::move(target),
                                             std::move(meter), std::move(witness));
    SplicePair &splice = *made;
    d->all.emplace(&splice, std::move(made));
    splice.start([this](SplicePair &over) { d->remove(over); });
}

qsizetype Splices::count() const
{
    return qsizetype(d->all.size());
}

void Splices::setIdleLimit(std::chrono::seconds limit)
{
    if (std::exchange(d->idleLimit, limit) == limit)
        return;
    d->nextLook.cancel();
    if (limit <= std::chrono::seconds(0))
        return;
    constexpr std::chrono::milliseconds soonest {1000}; // Deadlines are no finer
    d->lookAfter = std::max(std::chrono::milliseconds(limit) / 8, soonest);
    d->idleLooks
        = int((std::chrono::milliseconds(limit) + d->lookAfter - std::chrono::milliseconds(1))
              / d->lookAfter);
    d->nextLook = d->loop.deadlines().after(d->lookAfter, [this] { d->look(); });
}

int Splices::cutStuck(qint64 bytes)
{
    struct Candidate
    {
        SplicePair *splice;
        Clock::Steady since;
        qint64 held;
    };
    std::vector<Candidate> candidates;
    for (const auto &[splice, owned] : d->all) {
        const auto held = splice->heldBytes();
        if (const auto since = splice->stuckSince(); since && held > 0)
            candidates.push_back({splice, *since, held});
    }
    std::ranges::sort(candidates, {}, &Candidate::since);
    int cut = 0;
    for (const auto &candidate : candidates) {
        if (bytes <= 0)
            break;
        bytes -= candidate.held;
        d->remove(*candidate.splice);
        ++cut;
    }
    return cut;
}

} // namespace kite::net
