#pragma once

#include <list>
#include <memory>
#include <optional>

#include "kitecore/http/probeanswer.h"
#include "kitecore/net/loop.h"
#include "kitecore/net/splice.h"
#include "kitecore/net/streams.h"
#include "kitecore/net/target.h"

namespace kite::tunnel {

/// Tells a relay's probes whether a kite's target answers: asks it for the head of `/`, as a
/// visitor would (PROTOCOL.md 13.4). What answers 503, or nothing, is down.
class Probes final : public net::Loop::Part
{
public:
    static constexpr std::chrono::seconds patience {8};
    static constexpr size_t maxAsked = 32; ///< more are told that it is down

    explicit Probes(net::Loop &loop) : m_loop(loop), m_splices(loop) {}

    /// `probe`, or `probe.json`: what a stream's protocol says. std::nullopt: it is no probe.
    static std::optional<http::ProbeFormat> formatOf(const QByteArray &protocol);

    /// @param target of the kite; null: there is no such kite. @param visitor as for http.
    void answer(std::unique_ptr<net::ByteStream> stream, http::ProbeFormat format,
                const std::shared_ptr<net::Target> &target, const net::Visitor &visitor);

    /// Tells nobody.
    void decline(std::unique_ptr<net::ByteStream> stream, http::ProbeFormat format)
    {
        say(std::move(stream), http::ProbeStatus::RelayDown, format);
    }

private:
    /// One question to a target.
    class Asked final : private net::StreamUser
    {
        Q_DISABLE_COPY_MOVE(Asked)

    public:
        Asked(Probes &home, std::unique_ptr<net::ByteStream> prober, http::ProbeFormat format);

        void ask(net::Target &target, const net::Visitor &visitor);

    private:
        void streamReady(net::ByteStream &stream, net::Readiness readiness) override;
        void over(http::ProbeStatus status);

        Probes &m_home;
        std::unique_ptr<net::ByteStream> m_prober;
        const http::ProbeFormat m_format;
        std::unique_ptr<net::ByteStream> m_stream; ///< to the target
        QByteArray m_line;                         ///< the first of its answer, so far
        net::Deadlines::Token m_limit;
    };

    void say(std::unique_ptr<net::ByteStream> stream, http::ProbeStatus status,
             http::ProbeFormat format);

    net::Loop &m_loop;
    net::Splices m_splices;
    std::list<std::unique_ptr<Asked>> m_asked;
};

} // namespace kite::tunnel
