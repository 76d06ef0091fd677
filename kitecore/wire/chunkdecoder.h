#pragma once

#include <memory>

#include "kitecore/wire/chunkhead.h"

namespace kite::wire {

/// Cuts the bytes of a link into chunks, in place and without waiting for whole chunks: the head
/// of a chunk is handed out as soon as it is complete, its data as it comes.
///
/// Owns no socket and no timer. Compressed chunks (`Z`) are always understood.
/// Cost: plain data is never copied; only size lines and heads cut in two by a read are.
/// Memory: at most one head (maxChunkHeadBytes); for compressed chunks a window of 32 KiB and
/// zlib's 40 KiB, however long the chunk.
class ChunkDecoder
{
    Q_DISABLE_COPY_MOVE(ChunkDecoder)

public:
    enum class What {
        NeedMore, ///< Everything given was used up.
        Head,     ///< head() describes the chunk that begins here.
        Data,     ///< data() is the next part of its data; may come many times, or never.
        End,      ///< The chunk is complete.
    };

    ChunkDecoder();
    ~ChunkDecoder();

    /// Takes the next step and drops what it used from the front of `bytes`. Call until NeedMore.
    /// head() and data() are valid until the next call; `bytes` must stay as long.
    /// An error is final: every later call gives it again.
    Result<What, ChunkError> next(QByteArrayView &bytes);

    const ChunkHead &head() const;
    QByteArrayView data() const;

    /// How much plain data of the chunk under way is still to come: 0 in a head, and where it is
    /// compressed.
    qsizetype dataLeft() const;
    /// So much of that went another way: it will not be given to next().
    void skip(qsizetype bytes);
    /// Between chunks, or in a head that is not complete.
    bool awaitsHead() const;

    /// Memory in use for a head cut by a read and for inflating; plain bulk needs none.
    qsizetype bufferedBytes() const;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace kite::wire
