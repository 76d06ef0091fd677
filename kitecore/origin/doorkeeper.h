#pragma once

#include <memory>

#include "kitecore/net/target.h"
#include "kitecore/origin/requestgate.h"

namespace kite::origin {

/// Stands in front of a kite's target and holds its visitors to the kite's rules: who may come at
/// all (by address), and for http-like protocols each single request (password, firewall, header
/// fields). The target hears of a visitor once the first request may pass. Whoever may not come is
/// told so in its protocol (PROTOCOL.md, "Serving a stream").
///
/// Visitors belong to their loop: when it goes, answers that are under way are finished, and who is
/// held to rules request by request is hung up on at the next one.
class Doorkeeper final : public net::Target
{
public:
    /// @param counts of refusals; may be null. @return `target` itself where there are no rules.
    static std::shared_ptr<net::Target> inFrontOf(std::shared_ptr<net::Target> target, Rules rules,
                                                  std::shared_ptr<GateCounts> counts = nullptr);

    Doorkeeper(std::shared_ptr<net::Target> target, Rules rules,
               std::shared_ptr<GateCounts> counts = nullptr);
    ~Doorkeeper() override;

    void visit(net::Loop &loop, std::unique_ptr<net::ByteStream> stream,
               const net::Visitor &visitor) override;

private:
    bool mayCome(const net::Visitor &visitor) const;

    const std::shared_ptr<net::Target> m_target;
    const std::shared_ptr<const Rules> m_rules;
    const std::shared_ptr<RequestGate::Memory> m_memory = std::make_shared<RequestGate::Memory>();
};

} // namespace kite::origin
