#pragma once

#include <openssl/bio.h>

#include "kitecore/net/bytequeue.h"
#include "kitecore/net/bytestream.h"

namespace kite::net {

/// What OpenSSL reads from and writes to: a byte stream. Reading pulls from the stream as it is
/// asked; writing always succeeds and only gathers, whoever owns this flushes and bounds it.
class StreamBio
{
    Q_DISABLE_COPY_MOVE(StreamBio)

public:
    explicit StreamBio(std::unique_ptr<ByteStream> stream);
    ~StreamBio();

    /// A new reference, for SSL_set_bio().
    BIO *reference() const;
    ByteStream &stream() const { return *m_stream; }

    qsizetype queuedBytes() const { return m_queue.size(); }
    /// Hands on as much as the stream takes. Moved: all is out. Ended or Failed: nothing will ever
    /// be taken, the queue is dropped.
    Io::Status flush();
    /// Whether OpenSSL was told that the stream has ended.
    bool hasEnded() const { return m_ended; }

private:
    static const BIO_METHOD *method();
    static int readBytes(BIO *bio, char *into, int size);
    static int writeBytes(BIO *bio, const char *bytes, int size);
    static long control(BIO *bio, int command, long number, void *pointer);

    std::unique_ptr<ByteStream> m_stream;
    ByteQueue m_queue;
    BIO *m_bio;
    bool m_ended = false;
};

} // namespace kite::net
