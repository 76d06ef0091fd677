#pragma once

#include <memory>

#include "kitecore/http/ownpages.h"
#include "kitecore/net/loop.h"
#include "kitecore/net/splice.h"
#include "kitecore/net/target.h"

namespace kite::tunnel {

/// Tells visitors of kites that are not ours (any more) so, in their protocol: the away page for
/// http-like ones, an alert for https, nothing for the rest (PROTOCOL.md, serving a stream).
class Refusals final : public net::Loop::Part
{
public:
    explicit Refusals(net::Loop &loop) : m_loop(loop), m_splices(loop) {}

    void refuse(std::unique_ptr<net::ByteStream> stream, const net::Visitor &visitor,
                const http::OwnPages &pages);

private:
    net::Loop &m_loop;
    net::Splices m_splices;
};

} // namespace kite::tunnel
