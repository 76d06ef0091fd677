#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "kitecore/net/loop.h"
#include "kitecore/net/streams.h"
#include "kitecore/stats/meter.h"

namespace kite::net {

/// Joins pairs of streams: what one gives the other gets, both ways, with half-close and bounded
/// buffers (at most limits::readBytes a way held here). Owns the streams. One per thread and
/// purpose.
class Splices
{
    Q_DISABLE_COPY_MOVE(Splices)

public:
    explicit Splices(Loop &loop);
    ~Splices(); ///< closes all

    /// @param visitor its reads count as "in", its writes as "out". @param meter may be null;
    /// outlives the splice by being shared. A direction that has ended leaves the other up to
    /// `halfOpen` of silence (protocol.md 6.4 says 120 s).
    void join(std::unique_ptr<ByteStream> visitor, std::unique_ptr<ByteStream> target,
              std::shared_ptr<stats::Meter> meter);
    static constexpr std::chrono::seconds halfOpen {120};

    qsizetype count() const;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace kite::net
