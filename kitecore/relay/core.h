#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "kitecore/net/heldbytes.h"
#include "kitecore/relay/addressplaces.h"
#include "kitecore/relay/doors.h"
#include "kitecore/relay/kiteregistry.h"
#include "kitecore/relay/linkspread.h"
#include "kitecore/relay/rawvisitors.h"
#include "kitecore/relay/refusals.h"
#include "kitecore/relay/settings.h"

namespace kite::relay {

/// What all workers of a relay share. Everything in it is constant or thread-safe once they run.
struct Core
{
    Core(const RelayOptions &options, const Clock &time, std::shared_ptr<NewsMail> news)
        : clock(time)
        , registry(std::move(news), time)
        , rawVisitors(options.rawPorts, registry, clock)
        , startedAt(time.now())
    {
    }

    const Clock &clock;
    QByteArray uuid;
    Circumstances circumstances;
    SettingsPtr settings; ///< of the relay's own thread; workers have what they were sent
    Doors doors;          ///< the same
    KiteRegistry registry;
    RawVisitors rawVisitors;
    const Permit::Count connections = std::make_shared<std::atomic<int>>(0);
    const Permit::Count heldVisitors = std::make_shared<std::atomic<int>>(0);
    const std::shared_ptr<AddressPlaces> visitorPlaces = std::make_shared<AddressPlaces>();
    const std::shared_ptr<AddressPlaces> linkPlaces = std::make_shared<AddressPlaces>();
    LinkSpread spread;
    Refusals refusals;
    const std::shared_ptr<net::HeldTotal> held = std::make_shared<net::HeldTotal>();
    std::atomic<bool> isComplete = false; ///< `workers` is
    std::atomic<size_t> relieving = 0;    ///< workers that still have to make room
    std::atomic<quint64> lastLink = 0;
    const Clock::Steady startedAt;
    std::vector<std::shared_ptr<LinkMail>> workers; ///< complete before any of them is written to
    std::atomic<size_t> stopped = 0;                ///< workers that accept nobody any more
    std::atomic<size_t> said = 0;                   ///< workers that told their links so
    std::atomic<int> links = 0;                     ///< of `connections`
};

} // namespace kite::relay
