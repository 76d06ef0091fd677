#pragma once

#include "tests/support/chunkpeer.h"
#include "tests/support/linkowner.h"
#include "tests/support/loopback.h"

namespace kite::test {

/// A link under test, and the peer that a script drives.
struct ScriptedLink
{
    explicit ScriptedLink(const link::LinkOptions &options, const Clock &clock = Clock::system())
        : loop(clock)
        , streams(net::streamPair(loop))
        , owner(loop, std::move(streams.first), options)
        , peer(std::move(streams.second))
    {
    }

    net::Loop loop;
    StreamPair streams;
    LinkOwner owner;
    ChunkPeer peer;
};

} // namespace kite::test
