#include <algorithm>
#include <cerrno>
#include <memory>
#include <string>
#include <unordered_map>

#include <sys/socket.h>

#include "tests/bench/load/loads.h"
#include "tests/bench/load/messages.h"
#include "tests/bench/load/sockets.h"

namespace kite::bench {

namespace {

constexpr std::int64_t turn = 1 << 20; ///< bytes until the next connection's turn

/// One connection to the sink.
class Uploader
{
public:
    Uploader(Descriptor socket, std::int64_t &total) : m_socket(std::move(socket)), m_total(total)
    {
    }

    const Descriptor &socket() const { return m_socket; }

    /// False when it has ended.
    bool advance() { return m_left > 0 ? throwAway() : readHead(); }

private:
    bool readHead()
    {
        if (const Arrival arrival = receiveHead(m_socket, m_reader); arrival != Arrival::Whole)
            return arrival == Arrival::UnderWay;
        const std::string_view head = m_reader.head();
        if (!head.starts_with("POST")) {
            const bool counts = head.starts_with("GET /count");
            const bool closes = head.find("Connection: close") != head.npos;
            return answer(counts ? std::to_string(m_total) : "ok") && !closes;
        }
        m_left = m_reader.contentLength().value_or(0) - m_reader.early();
        m_total += m_reader.early();
        return m_left > 0 || answer("ok");
    }

    bool throwAway()
    {
        const auto most = static_cast<std::size_t>(std::min(m_left, turn));
        const auto got = ::recv(m_socket.get(), nullptr, most, MSG_TRUNC);
        if (got <= 0)
            return got < 0 && errno == EAGAIN;
        m_left -= got;
        m_total += got;
        return m_left > 0 || answer("ok");
    }

    bool answer(const std::string &body)
    {
        m_reader.clear();
        const std::string text = "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size())
            + "\r\n\r\n" + body;
        return ::send(m_socket.get(), text.data(), text.size(), MSG_NOSIGNAL)
            == static_cast<ssize_t>(text.size());
    }

    Descriptor m_socket;
    std::int64_t &m_total;
    HeadReader m_reader;
    std::int64_t m_left = 0; ///< of the upload under way
};

} // namespace

void sink(std::uint16_t port)
{
    std::int64_t total = 0;
    std::unordered_map<void *, std::unique_ptr<Uploader>> uploaders;
    Epoll epoll;
    const Descriptor listener = listenOn(port);
    epoll.add(listener, EPOLLIN, nullptr);
    for (;;) {
        for (const epoll_event &event : epoll.wait(1)) {
            if (event.data.ptr) {
                if (!static_cast<Uploader *>(event.data.ptr)->advance())
                    uploaders.erase(event.data.ptr);
                continue;
            }
            for (Descriptor next; (next = accept(listener)).isOpen();) {
                auto uploader = std::make_unique<Uploader>(std::move(next), total);
                epoll.add(uploader->socket(), EPOLLIN, uploader.get());
                uploaders.emplace(uploader.get(), std::move(uploader));
            }
        }
    }
}

} // namespace kite::bench
