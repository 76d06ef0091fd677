#pragma once

#include <utility>

#include <QtGlobal>

namespace kite::net {

/// A socket of the operating system: int on POSIX, SOCKET on Windows.
using SocketHandle = qintptr;
inline constexpr SocketHandle noSocket = -1;

/// Owns a socket and closes it.
class Descriptor
{
public:
    Descriptor() = default;
    explicit Descriptor(SocketHandle handle) : m_handle(handle) {}
    Descriptor(Descriptor &&other) noexcept : m_handle(other.release()) {}
    Descriptor &operator=(Descriptor &&other) noexcept
    {
        std::swap(m_handle, other.m_handle);
        return *this;
    }
    Descriptor(const Descriptor &) = delete;
    Descriptor &operator=(const Descriptor &) = delete;
    ~Descriptor() { reset(); }

    SocketHandle handle() const { return m_handle; }
    bool isOpen() const { return m_handle != noSocket; }
    SocketHandle release() { return std::exchange(m_handle, noSocket); }
    void reset();

private:
    SocketHandle m_handle = noSocket;
};

} // namespace kite::net
