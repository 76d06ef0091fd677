#include <new>
#include <utility>

#include <zlib.h>

#include "kitecore/wire/chunkwriter.h"

namespace kite::wire {

class ChunkDeflater::Private
{
public:
    z_stream stream {};
    bool markNext = false;

    void add(QByteArrayView part, int flush, QByteArray &out, qsizetype &outBytes);
};

void ChunkDeflater::Private::add(QByteArrayView part, int flush, QByteArray &out,
                                 qsizetype &outBytes)
{
    stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(part.data())); // zlib only reads
    stream.avail_in = uInt(part.size());
    do {
        if (out.size() == outBytes) // deflateBound() does not promise that flushing fits
            out.resize(out.size() + 1024);
        stream.next_out = reinterpret_cast<Bytef *>(out.data() + outBytes);
        stream.avail_out = uInt(out.size() - outBytes);
        ::deflate(&stream, flush);
        outBytes = out.size() - qsizetype(stream.avail_out);
    } while (stream.avail_out == 0);
}

ChunkDeflater::ChunkDeflater(int level) : d(std::make_unique<Private>())
{
    if (deflateInit(&d->stream, level) != Z_OK)
        throw std::bad_alloc();
}

ChunkDeflater::~ChunkDeflater()
{
    deflateEnd(&d->stream);
}

QByteArray ChunkDeflater::deflate(std::span<const QByteArrayView> body, bool *gained)
{
    constexpr qsizetype sizeLineRoom = 24;
    constexpr qsizetype flushRoom = 64;
    qsizetype bodyBytes = 0;
    for (const QByteArrayView part : body)
        bodyBytes += part.size();

    QByteArray out(sizeLineRoom + flushRoom + qsizetype(deflateBound(&d->stream, uLong(bodyBytes))),
                   Qt::Uninitialized);
    qsizetype end = sizeLineRoom;
    for (const QByteArrayView part : body)
        d->add(part, Z_NO_FLUSH, out, end);
    d->add({}, Z_SYNC_FLUSH, out, end);

    const auto wireBytes = end - sizeLineRoom;
    *gained = wireBytes < bodyBytes;
    QByteArray line = QByteArray::number(bodyBytes, 16) + 'Z' + QByteArray::number(wireBytes, 16);
    if (std::exchange(d->markNext, false))
        line += 'R';
    line += "\r\n";
    out.truncate(end);
    return out.replace(0, sizeLineRoom, line);
}

void ChunkDeflater::reset()
{
    deflateReset(&d->stream);
    d->markNext = true;
}

} // namespace kite::wire
