#include "kitecore/tunnel/probes.h"

#include <algorithm>

namespace kite::tunnel {

std::optional<http::ProbeFormat> Probes::formatOf(const QByteArray &protocol)
{
    if (protocol == "probe")
        return http::ProbeFormat::Picture;
    return protocol == "probe.json" ? std::optional(http::ProbeFormat::Json) : std::nullopt;
}

void Probes::answer(std::unique_ptr<net::ByteStream> stream, http::ProbeFormat format,
                    const std::shared_ptr<net::Target> &target, const net::Visitor &visitor)
{
    if (!target || m_asked.size() >= maxAsked)
        return say(std::move(stream), http::ProbeStatus::ConnectorDown, format);
    m_asked.push_back(std::make_unique<Asked>(*this, std::move(stream), format));
    m_asked.back()->ask(*target, visitor);
}

void Probes::say(std::unique_ptr<net::ByteStream> stream, http::ProbeStatus status,
                 http::ProbeFormat format)
{
    m_splices.join(std::move(stream), net::lastWords(m_loop, http::probeAnswer(status, format)),
                   nullptr);
}

Probes::Asked::Asked(Probes &home, std::unique_ptr<net::ByteStream> prober,
                     http::ProbeFormat format)
    : m_home(home)
    , m_prober(std::move(prober))
    , m_format(format)
{
}

void Probes::Asked::ask(net::Target &target, const net::Visitor &visitor)
{
    auto [near, far] = net::streamPair(m_home.m_loop);
    m_stream = std::move(near);
    m_stream->setUser(this);
    m_stream->setInterest({.read = true});
    m_limit = m_home.m_loop.deadlines().after(patience,
                                              [this] { over(http::ProbeStatus::ConnectorDown); });
    const QByteArray request = "HEAD / HTTP/1.1\r\nHost: " + visitor.host
        + "\r\nUser-Agent: Kiteline probe\r\nConnection: close\r\n\r\n";
    if (m_stream->write(request).bytes != request.size())
        return over(http::ProbeStatus::ConnectorDown);
    target.visit(m_home.m_loop, std::move(far), visitor);
}

void Probes::Asked::streamReady(net::ByteStream &stream, net::Readiness)
{
    static constexpr QByteArrayView down = "HTTP/1.1 503";
    const auto buffer = m_home.m_loop.readBuffer();
    const auto io = stream.read(buffer);
    if (io.status == net::Io::Status::Blocked)
        return;
    if (io.status != net::Io::Status::Moved)
        return over(http::ProbeStatus::ConnectorDown);
    m_line.append(buffer.data(), std::min(io.bytes, down.size()));
    if (m_line.size() < down.size())
        return;
    const bool isUp = m_line.startsWith("HTTP/1.") && !m_line.mid(8).startsWith(" 503");
    over(isUp ? http::ProbeStatus::Ok : http::ProbeStatus::ConnectorDown);
}

/// Destroys this, though not at once: it may be on the call stack.
void Probes::Asked::over(http::ProbeStatus status)
{
    m_limit.cancel();
    m_stream->setInterest({});
    m_stream->setUser(nullptr);
    auto &home = m_home;
    home.say(std::move(m_prober), status, m_format);
    const auto self = std::ranges::find_if(
        home.m_asked, [this](const auto &asked) { return asked.get() == this; });
    if (self == home.m_asked.end())
        return;
    home.m_loop.poller().retire(std::move(*self));
    home.m_asked.erase(self);
}

} // namespace kite::tunnel
