#pragma once

#include <vector>

#include <QByteArrayView>

#include <zlib.h>

namespace kite::wire {

/// One direction's inflate stream over all chunks of a link (PROTOCOL.md, compression; RFC 1950).
/// Used by ChunkDecoder only. Memory: zlib's 40 KiB and `windowBytes`, from the first use on.
class Inflater
{
    Q_DISABLE_COPY_MOVE(Inflater)

public:
    static constexpr qsizetype windowBytes = qsizetype {32} * 1024;

    Inflater() = default;
    ~Inflater();

    /// Inflates the next part and drops what it used from the front of `wire`.
    /// @param room how much may still come out; one byte more is asked for, to notice excess.
    /// @return false for bytes that are no deflate stream. What came out before that is in
    /// output().
    bool inflate(QByteArrayView &wire, qsizetype room);

    /// What the last inflate() gave; valid until the next.
    QByteArrayView output() const { return {m_window.data(), m_outputBytes}; }

    /// Whether everything that could come out of the bytes given so far has come out.
    bool isDrained() const { return m_drained; }

    /// The next bytes begin a new stream.
    void reset();

    qsizetype heldBytes() const { return qsizetype(m_window.capacity()); }

private:
    bool begin();

    z_stream m_stream {};
    std::vector<char> m_window;
    qsizetype m_outputBytes = 0;
    bool m_ready = false;
    bool m_drained = true;
};

} // namespace kite::wire
