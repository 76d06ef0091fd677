#pragma once

#include <functional>

#include "kitecore/net/poller.h"
#include "kitecore/net/socketcalls.h"

/// They note what a poller tells them, and do then what the test wants.
namespace kite::net {

class Ear final : public Watcher
{
public:
    explicit Ear(std::function<void(Ear &)> then = {}) : m_then(std::move(then)) {}

    void ready(Readiness readiness) override
    {
        ++told;
        last = readiness;
        all.read |= readiness.read;
        all.write |= readiness.write;
        if (m_then)
            m_then(*this);
    }

    int told = 0;
    Readiness last;
    Readiness all; ///< that it ever was

private:
    std::function<void(Ear &)> m_then;
};

class EndEar final : public RoundEnd
{
public:
    explicit EndEar(std::function<void()> then = {}) : m_then(std::move(then)) {}

    void roundEnded() override
    {
        ++told;
        if (m_then)
            m_then();
    }

    int told = 0;

private:
    std::function<void()> m_then;
};

inline void say(const Descriptor &socket)
{
    const QByteArrayView byte("x");
    calls::send(socket.handle(), std::span(&byte, 1));
}

inline QByteArray hear(SocketHandle socket)
{
    std::array<char, 16> buffer {};
    const auto io = calls::receive(socket, buffer);
    return QByteArray(buffer.data(), io.bytes);
}

} // namespace kite::net
