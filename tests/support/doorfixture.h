#pragma once

#include <memory>
#include <vector>

#include "kitecore/net/splice.h"
#include "kitecore/origin/doorkeeper.h"
#include "tests/support/choppedstream.h"
#include "tests/support/loopback.h"
#include "tests/support/offeringstream.h"
#include "tests/support/streamdriver.h"
#include "tests/support/waits.h"

namespace kite::test {

/// A target as ports are one: splices each visitor to a stream, whose other end the test holds.
class CatchingTarget final : public net::Target
{
public:
    explicit CatchingTarget(net::Loop &loop) : splices(loop) {}

    void visit(net::Loop &loop, std::unique_ptr<net::ByteStream> stream,
               const net::Visitor &visitor) override
    {
        auto [near, far] = net::streamPair(loop);
        origins.push_back(std::make_unique<StreamDriver>(std::move(far)));
        visitors.push_back(visitor);
        splices.join(std::move(stream), std::move(near), nullptr);
    }

    net::Splices splices;
    std::vector<std::unique_ptr<StreamDriver>> origins; ///< what the target's server would see
    std::vector<net::Visitor> visitors;
};

/// How a visitor's bytes reach the door.
enum class Way {
    Memory, ///< by read(), as from sockets
    Link,   ///< by dataArrived(), as from links
};

/// One visitor before a door with somebody behind it.
struct DoorFixture
{
    explicit DoorFixture(origin::Rules rules, Way how = Way::Memory, qsizetype slice = 65'536,
                         const Clock &clock = Clock::system())
        : loop(clock)
        , target(std::make_shared<CatchingTarget>(loop))
        , door(target, std::move(rules))
        , way(how)
        , most(slice)
    {
    }

    static net::Visitor httpVisitor()
    {
        return {"http", "k.test", 443, {QStringLiteral("192.0.2.7"), 5555}, false};
    }

    void come(const net::Visitor &who = httpVisitor())
    {
        auto [far, near] = net::streamPair(loop);
        visitor = std::make_unique<StreamDriver>(std::move(far));
        if (way == Way::Link)
            near = std::make_unique<OfferingStream>(loop, std::move(near), most);
        else
            near = std::make_unique<ChoppedStream>(std::move(near), most);
        door.visit(loop, std::move(near), who);
    }

    /// The server behind the door; null before anybody was let in.
    StreamDriver *origin()
    {
        return target->origins.empty() ? nullptr : target->origins.back().get();
    }
    QByteArray seen() { return origin() ? origin()->received : QByteArray(); }
    bool sees(const QByteArray &bytes)
    {
        return eventually([&] { return seen().size() >= bytes.size(); }) && settles()
            && seen() == bytes;
    }
    bool getsPage(const QByteArray &before, int status)
    {
        return eventually([&] { return visitor->isOver(); })
            && visitor->received.startsWith(before + "HTTP/1.1 " + QByteArray::number(status) + ' ')
            && visitor->received.endsWith("</html>\n");
    }

    net::Loop loop;
    std::shared_ptr<CatchingTarget> target;
    origin::Doorkeeper door;
    Way way;
    qsizetype most;
    std::unique_ptr<StreamDriver> visitor;
};

} // namespace kite::test
