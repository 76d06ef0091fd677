#include "kitecore/origin/doorkeeper.h"

#include <algorithm>
#include <unordered_map>

#include "kitecore/base/logging.h"
#include "kitecore/net/awayanswer.h"
#include "kitecore/origin/farewells.h"
#include "kitecore/origin/passage.h"
#include "kitecore/origin/proxyline.h"

namespace kite::origin {

namespace {

/// The visitors of one thread whose first request is still to come.
class Threshold final : public net::Loop::Part
{
public:
    explicit Threshold(net::Loop &loop) : m_loop(loop) {}

    void take(std::unique_ptr<net::ByteStream> stream, const std::shared_ptr<const Rules> &rules,
              const std::shared_ptr<RequestGate::Memory> &memory,
              std::shared_ptr<net::Target> target, const net::Visitor &visitor)
    {
        const auto begin = rules->proxyLine ? proxyLine(visitor) : QByteArray();
        auto passage = std::make_unique<Passage>(
            m_loop, std::move(stream), RequestGate(rules, visitor, memory), begin,
            [this](Passage &judged, Passage::First outcome) { leave(judged, outcome); });
        auto *const key = passage.get();
        m_waiting.emplace(key, Waiting {std::move(passage), std::move(target), visitor});
    }

private:
    struct Waiting
    {
        std::unique_ptr<Passage> passage;
        std::shared_ptr<net::Target> target;
        net::Visitor visitor;
    };

    void leave(Passage &judged, Passage::First outcome)
    {
        auto waiting = std::move(m_waiting.extract(&judged).mapped());
        if (outcome == Passage::First::Admitted)
            waiting.target->visit(m_loop, std::move(waiting.passage), waiting.visitor);
        else
            m_loop.poller().retire(std::move(waiting.passage));
    }

    net::Loop &m_loop;
    std::unordered_map<Passage *, Waiting> m_waiting;
};

} // namespace

std::shared_ptr<net::Target> Doorkeeper::inFrontOf(std::shared_ptr<net::Target> target, Rules rules,
                                                   std::shared_ptr<GateCounts> counts)
{
    if (rules.areEmpty())
        return target;
    return std::make_shared<Doorkeeper>(std::move(target), std::move(rules), std::move(counts));
}

Doorkeeper::Doorkeeper(std::shared_ptr<net::Target> target, Rules rules,
                       std::shared_ptr<GateCounts> counts)
    : m_target(std::move(target))
    , m_rules(std::make_shared<const Rules>(std::move(rules)))
{
    if (counts)
        m_memory->counts = std::move(counts);
}

Doorkeeper::~Doorkeeper()
{
    m_memory->isClosed = true;
}

void Doorkeeper::visit(net::Loop &loop, std::unique_ptr<net::ByteStream> stream,
                       const net::Visitor &visitor)
{
    if (!mayCome(visitor)) {
        qCInfo(lcNet) << "A visitor may not come:" << visitor.peer.address;
        m_memory->counts->count(Refusal::Address);
        return loop.part<Farewells>().say(
            std::move(stream), net::awayAnswer(visitor.protocol, visitor.host, m_rules->awayPages));
    }
    if (net::isHttpLike(visitor.protocol) && m_rules->readRequests())
        return loop.part<Threshold>().take(std::move(stream), m_rules, m_memory, m_target, visitor);
    if (m_rules->proxyLine)
        stream->unread(proxyLine(visitor));
    m_target->visit(loop, std::move(stream), visitor);
}

/// Only HTTP has a way to ask for a password: with one, nothing else comes in.
bool Doorkeeper::mayCome(const net::Visitor &visitor) const
{
    if (!m_rules->passwords.isEmpty() && !net::isHttpLike(visitor.protocol))
        return false;
    if (m_rules->addresses.empty())
        return true;
    const QHostAddress address(visitor.peer.address);
    return std::ranges::any_of(m_rules->addresses,
                               [&](const AddressRange &range) { return range.contains(address); });
}

} // namespace kite::origin
