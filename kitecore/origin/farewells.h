#pragma once

#include <memory>

#include "kitecore/net/loop.h"
#include "kitecore/net/splice.h"

namespace kite::origin {

/// Visitors who get a last answer and are then hung up on. Owns their streams.
class Farewells final : public net::Loop::Part
{
public:
    explicit Farewells(net::Loop &loop) : m_loop(loop), m_splices(loop) {}

    void say(std::unique_ptr<net::ByteStream> stream, QByteArrayView words)
    {
        m_splices.join(std::move(stream), net::lastWords(m_loop, words), nullptr);
    }

private:
    net::Loop &m_loop;
    net::Splices m_splices;
};

} // namespace kite::origin
