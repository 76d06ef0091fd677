#pragma once

#include <memory>
#include <span>

#include <openssl/bio.h>

#include "kitecore/net/bytequeue.h"
#include "kitecore/net/bytestream.h"

namespace kite::net {

/// What OpenSSL reads from and writes to: a byte stream. Reading pulls from the stream several
/// records at once; writing always succeeds and only gathers, whoever owns this flushes and bounds
/// it.
///
/// It reads ahead in OpenSSL's place, which would move all that it has read ahead to the front of
/// its buffer for each record.
class StreamBio
{
    Q_DISABLE_COPY_MOVE(StreamBio)

public:
    explicit StreamBio(std::unique_ptr<ByteStream> stream);
    ~StreamBio();

    /// A new reference, for SSL_set_bio().
    BIO *reference() const;
    ByteStream &stream() const { return *m_stream; }

    /// OpenSSL is about to read: about so many bytes are wanted at once. Fails where it answers all
    /// the time and no answer is taken.
    void beginReading(qsizetype bytes);
    /// It is done. What it left is kept.
    void endReading();
    /// Read from the stream, not by OpenSSL.
    bool hasReadAhead() const { return !m_ahead.isEmpty() || !m_kept.isEmpty(); }
    /// The stream said that it can be read.
    void becameReadable() { m_isDry = false; }

    /// Makes room for what is about to be written: saves growing.
    void reserve(qsizetype bytes) { m_queue.reserve(bytes); }
    qsizetype queuedBytes() const { return m_queue.size(); }
    /// Hands on as much as the stream takes. Moved: all is out. Ended or Failed: nothing will ever
    /// be taken, the queue is dropped.
    Io::Status flush();
    /// For what OpenSSL still writes when flush() has said that nothing will ever be taken.
    void discard() { m_queue.clear(); }
    /// Whether OpenSSL was told that the stream has ended.
    bool hasEnded() const { return m_ended; }

private:
    static const BIO_METHOD *method();
    static int readBytes(BIO *bio, char *into, int size);
    static int writeBytes(BIO *bio, const char *bytes, int size);
    static long control(BIO *bio, int command, long number, void *pointer);

    Io read(std::span<char> into);
    Io readAhead();

    std::unique_ptr<ByteStream> m_stream;
    ByteQueue m_queue;
    ByteQueue m_kept;                 ///< read ahead in an earlier read
    QByteArrayView m_ahead;           ///< read ahead in this one
    std::unique_ptr<char[]> m_buffer; ///< while reading
    std::span<char> m_scratch;        ///< as much of it as is wanted
    BIO *m_bio;
    bool m_isDry = false; ///< The stream had no more, and said nothing since, if it was asked to.
    bool m_ended = false;
};

} // namespace kite::net
