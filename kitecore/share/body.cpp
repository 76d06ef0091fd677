#include "kitecore/share/body.h"

#include <algorithm>

#include "kitecore/base/limits.h"

namespace kite::share {

void Body::addText(QByteArray text)
{
    if (text.isEmpty())
        return;
    m_left += quint64(text.size());
    m_pieces.push_back({std::move(text), 0, {}});
}

void Body::addRange(const http::ByteRange &range)
{
    Q_ASSERT(m_file);
    if (range.bytes == 0)
        return;
    if (range.bytes > quint64(limits::readBytes)) // others go at once, most likely
        m_file->rememberEnds();
    m_left += range.bytes;
    m_pieces.push_back({{}, 0, range});
}

void Body::Piece::take(quint64 bytes)
{
    if (isText()) {
        textSent += qsizetype(bytes);
    } else {
        range.first += bytes;
        range.bytes -= bytes;
    }
}

bool Body::gather(std::span<char> buffer, std::vector<QByteArrayView> &parts) const
{
    auto room = qsizetype(buffer.size());
    for (const auto &piece : std::span(m_pieces).subspan(m_front)) {
        if (room == 0)
            break;
        if (piece.isText()) {
            const auto text = piece.textLeft();
            parts.push_back(text.first(std::min(text.size(), room)));
            room -= parts.back().size();
            continue;
        }
        const auto wanted = std::min<quint64>(piece.range.bytes, quint64(room));
        const auto into = buffer.first(std::size_t(wanted));
        if (m_file->read(piece.range.first, into) != qsizetype(wanted) || !m_file->isKept())
            return false;
        parts.emplace_back(into.data(), qsizetype(into.size()));
        break; // the buffer is taken
    }
    return true;
}

quint64 Body::rangeInFront() const
{
    return isEmpty() || m_pieces[m_front].isText() ? 0 : m_pieces[m_front].range.bytes;
}

void Body::consume(quint64 bytes)
{
    Q_ASSERT(bytes <= m_left);
    m_left -= bytes;
    while (bytes > 0) {
        auto &piece = m_pieces[m_front];
        const auto taken = std::min(bytes, piece.bytesLeft());
        piece.take(taken);
        bytes -= taken;
        if (piece.bytesLeft() == 0)
            ++m_front;
    }
}

} // namespace kite::share
