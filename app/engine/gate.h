#pragma once

#include <memory>
#include <unordered_set>

#include "kitecore/net/target.h"

namespace kite::app {

/// In front of a target that keeps its visitors for as long as they like: when the gate goes, they
/// do, too. On one thread.
class Gate final : public net::Target
{
    Q_DISABLE_COPY_MOVE(Gate)

public:
    explicit Gate(std::shared_ptr<net::Target> target);
    ~Gate() override; ///< hangs up on every visitor that went through

    void visit(net::Loop &loop, std::unique_ptr<net::ByteStream> stream,
               const net::Visitor &visitor) override;

private:
    class Passage;
    using Passages = std::unordered_set<Passage *>;

    std::shared_ptr<net::Target> m_target;
    std::shared_ptr<Passages> m_open = std::make_shared<Passages>();
};

} // namespace kite::app
