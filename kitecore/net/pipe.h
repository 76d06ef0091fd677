#pragma once

#include <optional>

#include <QByteArray>

#include "kitecore/net/bytestream.h"
#include "kitecore/net/loop.h"

namespace kite::net {

/// The way past memory: bulk goes from one socket to another without a copy, through a pipe of the
/// system. One for each thread, empty between uses. Linux only.
class Pipe final : public Loop::Part
{
public:
    explicit Pipe(Loop &loop);

    /// Not: the system has no such pipes or refuses them, or has no descriptors left.
    bool isOpen() const { return m_in.isOpen(); }
    qsizetype size() const { return m_bytes; }
    /// Takes at most so many bytes that have arrived on a socket. The pipe must be empty. @return
    /// blocked: none came this way, only reading tells why (the end is not told here, and urgent
    /// data cannot pass). Failed: the socket is broken, and would not say so a second time.
    Io fill(SocketHandle from, qsizetype most);
    /// Gives a socket as much as it takes; why it takes no more the next write tells.
    qsizetype drain(SocketHandle to);
    /// Takes out what is left. std::nullopt: the system failed to give it.
    std::optional<QByteArray> takeRest();

private:
    void open();
    bool closeIfRefused(int error);

    Descriptor m_in;
    Descriptor m_out;
    qsizetype m_bytes = 0;
};

} // namespace kite::net
