#pragma once

#include <array>
#include <memory>

#include <QByteArray>

#include "kitecore/net/bytestream.h"

namespace kite::test {

/// Uses one end of a byte stream as tests want it: collects what comes, sends what is given, at
/// once or as fast as the other side takes it.
class StreamDriver final : public net::StreamUser
{
public:
    explicit StreamDriver(std::unique_ptr<net::ByteStream> driven) : stream(std::move(driven))
    {
        stream->setUser(this);
        update();
    }

    void send(QByteArrayView bytes)
    {
        m_unsent.append(bytes);
        push();
    }

    /// No more is sent after what was given so far.
    void finish()
    {
        m_finishing = true;
        push();
    }

    void pause() { setReading(false); }
    void resume() { setReading(true); }
    void close() { stream.reset(); }

    qsizetype unsentBytes() const { return m_unsent.size(); }
    bool isOver() const { return ended || failed; }

    std::unique_ptr<net::ByteStream> stream;
    QByteArray received;
    bool ended = false;      ///< nothing more will come
    bool failed = false;     ///< broken on reading or writing
    bool unwanted = false;   ///< a write was told that nobody reads
    qsizetype readBytes = 0; ///< most that one read asks for; 0: 64 KiB

private:
    void streamReady(net::ByteStream &, net::Readiness readiness) override
    {
        if (readiness.write)
            push();
        if (readiness.read)
            pull();
    }

    void pull()
    {
        std::array<char, 65'536> buffer {};
        const auto size = readBytes > 0 ? std::size_t(readBytes) : buffer.size();
        const auto io = stream->read(std::span(buffer).first(size));
        if (io.status == net::Io::Status::Moved)
            received.append(buffer.data(), io.bytes);
        ended = ended || io.status == net::Io::Status::Ended;
        failed = failed || io.status == net::Io::Status::Failed;
        update();
    }

    void push()
    {
        while (!m_unsent.isEmpty()) {
            const auto io = stream->write(m_unsent);
            if (io.status == net::Io::Status::Moved) {
                m_unsent.remove(0, io.bytes);
                continue;
            }
            failed = failed || io.status == net::Io::Status::Failed;
            unwanted = unwanted || io.status == net::Io::Status::Ended;
            if (failed || unwanted)
                m_unsent.clear();
            break;
        }
        if (m_finishing && m_unsent.isEmpty() && !std::exchange(m_finished, true))
            stream->shutdownWrite();
        update();
    }

    void setReading(bool reading)
    {
        m_reading = reading;
        update();
    }

    void update() { stream->setInterest({m_reading && !isOver(), !m_unsent.isEmpty()}); }

    QByteArray m_unsent;
    bool m_reading = true;
    bool m_finishing = false;
    bool m_finished = false;
};

} // namespace kite::test
