#pragma once

#include <memory>

#include "kitecore/net/loop.h"
#include "kitecore/relay/relayserver.h"
#include "tests/support/fakeclock.h"
#include "tests/support/fakeconnector.h"

namespace kite::test {

/// Accounts for `*.kite.test`, one port, one worker on the test's own thread; visitors of kites
/// that left are not kept waiting.
inline relay::RelayOptions relayOptions()
{
    relay::RelayOptions options;
    options.addresses = {QHostAddress::LocalHost};
    options.ports = {0};
    options.workers = 1;
    options.rawPorts = {"virtual"};
    options.holdVisitors = std::chrono::seconds(0);
    options.accounts = {{options.protocols, "*.kite.test", secrets::Secret("s3cret")}};
    return options;
}

/// A running relay and people who come to it.
class RelayFixture
{
public:
    explicit RelayFixture(const relay::RelayOptions &options = relayOptions(),
                          const Clock &clock = Clock::system())
        : loop(clock)
        , server(loop, options)
    {
        if (const auto started = server.start(); !started)
            qFatal("%s", qPrintable(started.error().detail));
    }

    quint16 port() const { return server.ports().first(); }
    std::unique_ptr<FakeConnector> connector()
    {
        return std::make_unique<FakeConnector>(loop, port());
    }
    /// A visitor who has sent these bytes.
    std::unique_ptr<StreamDriver> visitor(const QByteArray &bytes)
    {
        auto visitor = std::make_unique<StreamDriver>(dial(loop, port()));
        visitor->send(bytes);
        return visitor;
    }
    /// Everything a visitor gets until it is hung up on.
    QByteArray answerTo(const QByteArray &bytes)
    {
        const auto asking = visitor(bytes);
        if (!eventually([&] { return asking->isOver(); }))
            return "(still open) " + asking->received;
        return asking->received;
    }

    net::Loop loop;
    relay::RelayServer server;
};

inline QByteArray get(const QByteArray &host, const QByteArray &path = "/")
{
    return "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
}

} // namespace kite::test
