#pragma once

#include "tests/support/linkowner.h"
#include "tests/support/loopback.h"

namespace kite::test {

/// Two links back to back, both announcing the same features.
struct LinkEnds
{
    LinkEnds(net::Loop &loop, StreamPair streams, const wire::Features &features)
        : relay(loop, std::move(streams.first), optionsFor(link::Role::Relay, features))
        , connector(loop, std::move(streams.second), optionsFor(link::Role::Connector, features))
    {
    }

    static link::LinkOptions optionsFor(link::Role role, const wire::Features &features)
    {
        link::LinkOptions options;
        options.role = role;
        options.own = options.peer = features;
        options.compress = features.compression;
        return options;
    }

    /// Opens a stream and has it taken. The near end is at the relay.
    struct Stream
    {
        StreamDriver &near;
        StreamDriver &far;
    };
    Stream open()
    {
        StreamDriver &near = relay.open({"raw", "kite.test", 22, {}, false});
        const auto before = connector.streams.size();
        eventually([&] { return connector.streams.size() > before; });
        return {near, *connector.streams.back()};
    }

    LinkOwner relay;
    LinkOwner connector;
};

} // namespace kite::test
