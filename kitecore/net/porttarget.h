#pragma once

#include <chrono>
#include <memory>

#include "kitecore/base/endpoint.h"
#include "kitecore/http/ownpages.h"
#include "kitecore/net/target.h"
#include "kitecore/stats/meter.h"

namespace kite::net {

/// A local (or any) TCP port: connects, then splices. If it cannot: the away page for http-like
/// protocols (`Sorry! (be)`), a TLS alert for https, a close for the rest (PROTOCOL.md). Visitors
/// it took belong to their loop: they stay when it goes.
class PortTarget final : public Target
{
public:
    static constexpr std::chrono::seconds connectTimeout {5};

    /// @param awayPages to show around the away page.
    PortTarget(Endpoint endpoint, std::shared_ptr<stats::Meter> meter,
               http::OwnPages awayPages = {});
    ~PortTarget() override;

    void visit(Loop &loop, std::unique_ptr<ByteStream> stream, const Visitor &visitor) override;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace kite::net
