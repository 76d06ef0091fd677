#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "kitecore/net/loop.h"
#include "kitecore/net/streams.h"
#include "kitecore/stats/meter.h"

namespace kite::net {

/// What went through one pair of streams.
struct Moved
{
    qint64 in = 0;    ///< bytes from the visitor
    qint64 out = 0;   ///< bytes to it
    QByteArray begin; ///< of those, the first Witness::beginBytes
};

/// Hears how a pair fared.
class Witness
{
    Q_DISABLE_COPY_MOVE(Witness)

public:
    static constexpr qsizetype beginBytes = 12; ///< `HTTP/1.1 200`

    Witness() = default;
    virtual ~Witness() = default;
    /// Once, when the pair goes.
    virtual void over(const Moved &moved) = 0;
};

/// Joins pairs of streams: what one gives the other gets, both ways, with half-close and bounded
/// buffers (at most limits::readBytes a way held here, and only while the other side is full). Owns
/// the streams. One per thread and purpose.
///
/// When one side breaks, the other gets what was read before and is closed.
class Splices
{
    Q_DISABLE_COPY_MOVE(Splices)

public:
    explicit Splices(Loop &loop);
    ~Splices(); ///< closes all

    /// @param visitor its reads count as "in", its writes as "out". @param meter may be null; the
    /// pair counts as one of its streams. A direction that has ended leaves the other up to
    /// `halfOpen` of silence (PROTOCOL.md; PageKite says 120 s); so does a visitor who has left
    /// where the target takes nothing of what was sent before. A visitor who is there may take as
    /// long over its answer as it likes. @param witness may be null.
    void join(std::unique_ptr<ByteStream> visitor, std::unique_ptr<ByteStream> target,
              std::shared_ptr<stats::Meter> meter, std::unique_ptr<Witness> witness = nullptr);
    static constexpr std::chrono::seconds halfOpen {120};
    /// How long a visitor who still sends is listened to once all that it gets is sent: closing
    /// with unread bytes makes the system reset the connection and lose the answer (RFC 9112, 9.6).
    static constexpr std::chrono::seconds linger {2};

    qsizetype count() const;

    /// Ends pairs through which not a byte went for so long, an eighth more at most, a second at
    /// least; zero (as at first): never.
    void setIdleLimit(std::chrono::seconds limit);

    /// Cuts off pairs for which bytes wait in memory, those first that have waited longest for one
    /// side to take some, until about so many bytes are free. @return how many pairs.
    int cutStuck(qint64 bytes);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace kite::net
