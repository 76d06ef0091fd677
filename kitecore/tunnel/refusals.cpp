#include "kitecore/tunnel/refusals.h"

#include <algorithm>

#include "kitecore/http/pages.h"
#include "kitecore/tls/clienthello.h"

namespace kite::tunnel {

namespace {

QByteArray wordsFor(const net::Visitor &visitor)
{
    static const QByteArrayList httpLike {"http", "http2", "http3", "websocket"};
    if (httpLike.contains(visitor.protocol))
        return http::awayPage(http::AwaySide::Connector, visitor.protocol, visitor.host, {});
    return visitor.protocol == "https" ? tls::accessDeniedAlert() : QByteArray();
}

} // namespace

/// Writes, ends its half, and reads on (to nowhere) until the visitor has hung up.
class Refusals::LastWords final : private net::StreamUser
{
public:
    LastWords(Refusals &owner, std::unique_ptr<net::ByteStream> stream, QByteArray words)
        : m_owner(owner)
        , m_stream(std::move(stream))
        , m_words(std::move(words))
        , m_limit(owner.m_loop.deadlines().after(patience, [this] { m_owner.forget(this); }))
    {
        m_stream->setUser(this);
        m_stream->setInterest({.read = true, .write = true});
    }

private:
    void streamReady(net::ByteStream &stream, net::Readiness readiness) override
    {
        if (readiness.read)
            drain(stream);
        if (readiness.write)
            write(stream);
        if (m_broken || (m_words.isEmpty() && m_visitorDone))
            m_owner.forget(this);
    }

    void drain(net::ByteStream &stream)
    {
        const net::Io io = stream.read(m_owner.m_loop.readBuffer());
        m_broken |= io.status == net::Io::Status::Failed;
        if (io.status == net::Io::Status::Ended) { // may be waiting for the words
            m_visitorDone = true;
            stream.setInterest({.read = false, .write = !m_words.isEmpty()});
        }
    }

    void write(net::ByteStream &stream)
    {
        const net::Io io = stream.write(m_words);
        m_broken |= io.status == net::Io::Status::Ended || io.status == net::Io::Status::Failed;
        m_words.remove(0, io.bytes);
        if (!m_words.isEmpty())
            return;
        stream.shutdownWrite();
        stream.setInterest({.read = !m_visitorDone, .write = false});
    }

    Refusals &m_owner;
    std::unique_ptr<net::ByteStream> m_stream;
    QByteArray m_words;
    bool m_visitorDone = false;
    bool m_broken = false;
    net::Deadlines::Token m_limit;
};

Refusals::Refusals(net::Loop &loop) : m_loop(loop) {}
Refusals::~Refusals() = default;

void Refusals::refuse(std::unique_ptr<net::ByteStream> stream, const net::Visitor &visitor)
{
    const QByteArray words = wordsFor(visitor);
    if (!words.isEmpty()) // else closing it is all there is to say
        m_running.push_back(std::make_unique<LastWords>(*this, std::move(stream), words));
}

void Refusals::forget(const LastWords *done)
{
    std::erase_if(m_running, [done](const auto &words) { return words.get() == done; });
}

} // namespace kite::tunnel
