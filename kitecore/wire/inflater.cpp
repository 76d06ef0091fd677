#include "kitecore/wire/inflater.h"

#include <algorithm>

namespace kite::wire {

Inflater::~Inflater()
{
    if (m_ready)
        inflateEnd(&m_stream);
}

bool Inflater::begin()
{
    if (!m_ready) {
        m_ready = inflateInit(&m_stream) == Z_OK;
        m_window.resize(size_t(windowBytes));
    }
    return m_ready;
}

bool Inflater::inflate(QByteArrayView &wire, qsizetype room)
{
    m_outputBytes = 0;
    if (!begin())
        return false;
    const auto space = std::min(windowBytes, room + 1);
    m_stream.next_in
        = reinterpret_cast<Bytef *>(const_cast<char *>(wire.data())); // zlib only reads
    m_stream.avail_in = uInt(wire.size());
    m_stream.next_out = reinterpret_cast<Bytef *>(m_window.data());
    m_stream.avail_out = uInt(space);
    const int outcome = ::inflate(&m_stream, Z_SYNC_FLUSH);

    wire = wire.last(qsizetype(m_stream.avail_in));
    m_outputBytes = space - qsizetype(m_stream.avail_out);
    m_drained = m_stream.avail_out > 0;
    if (outcome == Z_STREAM_END) // peers never finish a stream; nothing may follow if one does
        return wire.isEmpty();
    return outcome == Z_OK || (outcome == Z_BUF_ERROR && wire.isEmpty());
}

void Inflater::reset()
{
    if (m_ready)
        inflateReset(&m_stream);
    m_drained = true;
}

} // namespace kite::wire
