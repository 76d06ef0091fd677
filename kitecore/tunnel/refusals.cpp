#include "kitecore/tunnel/refusals.h"

#include "kitecore/net/awayanswer.h"

namespace kite::tunnel {

void Refusals::refuse(std::unique_ptr<net::ByteStream> stream, const net::Visitor &visitor,
                      const http::OwnPages &pages)
{
    const auto words = net::awayAnswer(visitor.protocol, visitor.host, pages);
    m_splices.join(std::move(stream), net::lastWords(m_loop, words), nullptr);
}

} // namespace kite::tunnel
