#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include "kitecore/net/loop.h"
#include "kitecore/net/target.h"

namespace kite::tunnel {

/// Tells visitors of kites that are not ours (any more) so, in their protocol: the away page for
/// http-like ones, an alert for https, nothing for the rest (PROTOCOL.md, serving a stream).
class Refusals
{
    Q_DISABLE_COPY_MOVE(Refusals)

public:
    /// How long a visitor may take to read why.
    static constexpr std::chrono::seconds patience {10};

    explicit Refusals(net::Loop &loop);
    ~Refusals(); ///< hangs up on all

    void refuse(std::unique_ptr<net::ByteStream> stream, const net::Visitor &visitor);

private:
    class LastWords;
    void forget(const LastWords *done);

    net::Loop &m_loop;
    std::vector<std::unique_ptr<LastWords>> m_running;
};

} // namespace kite::tunnel
