#pragma once

#include <memory>

#include <QByteArrayList>

#include "kitecore/net/bytestream.h"

namespace kite::test {

/// The other end of a link as a script drives it: sends raw bytes, and tells what came as text, one
/// line a chunk: `SID: 1; EOF: 1WR | Bye!` (header lines, then data). Reads all that comes unless
/// paused. Understands plain chunks only, on its own, without the code under test.
class ChunkPeer final : public net::StreamUser
{
public:
    explicit ChunkPeer(std::unique_ptr<net::ByteStream> stream);

    void send(QByteArrayView bytes);
    void pause() { m_stream->setInterest({false, m_stream->interest().write}); }
    void resume() { m_stream->setInterest({true, m_stream->interest().write}); }
    void close() { m_stream.reset(); }
    void shutdownWrite() { m_stream->shutdownWrite(); }

    qsizetype unsentBytes() const { return m_unsent.size(); }

    /// Complete chunks that came since this was asked last.
    QByteArrayList takeChunks();
    /// Everything that ever came.
    const QByteArray &received() const { return m_received; }
    bool sawEnd() const { return m_ended; }

    /// `HEX CRLF lines CRLF CRLF data`, from lines separated by `; `.
    static QByteArray chunk(QByteArrayView lines, QByteArrayView data = {});

private:
    void streamReady(net::ByteStream &stream, net::Readiness readiness) override;
    void push();

    std::unique_ptr<net::ByteStream> m_stream;
    QByteArray m_received;
    QByteArray m_unsent;
    qsizetype m_told = 0;
    bool m_ended = false;
};

} // namespace kite::test
