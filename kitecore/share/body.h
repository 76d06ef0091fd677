#pragma once

#include <optional>
#include <span>
#include <vector>

#include <QByteArray>

#include "kitecore/http/byterange.h"
#include "kitecore/share/openfile.h"

namespace kite::share {

/// What an answer sends, in order: text from memory and ranges of one file. Holds no more of the
/// file than its handle.
class Body
{
public:
    void setFile(OpenFile file) { m_file.emplace(std::move(file)); }
    void addText(QByteArray text);
    void addRange(const http::ByteRange &range); ///< of the file that was set

    bool isEmpty() const { return m_left == 0; }
    quint64 bytesLeft() const { return m_left; }

    /// The next bytes as parts for one gathered write: texts as they are, a range's bytes read into
    /// `buffer`; at most buffer.size() in all.
    /// @return false: the file cannot be read, or is not what it was when the answer began. Nothing
    /// true can follow then.
    bool gather(std::span<char> buffer, std::vector<QByteArrayView> &parts) const;

    /// How many bytes of the file come next, with no text in front.
    quint64 rangeInFront() const;
    quint64 offsetInFront() const { return m_pieces[m_front].range.first; }
    const OpenFile &file() const { return *m_file; }

    void consume(quint64 bytes); ///< these are sent

private:
    struct Piece
    {
        QByteArray text; ///< empty: a range
        qsizetype textSent = 0;
        http::ByteRange range;

        bool isText() const { return !text.isEmpty(); }
        QByteArrayView textLeft() const { return QByteArrayView(text).sliced(textSent); }
        quint64 bytesLeft() const { return isText() ? quint64(textLeft().size()) : range.bytes; }
        void take(quint64 bytes);
    };

    std::vector<Piece> m_pieces;
    std::size_t m_front = 0; ///< those before it are sent
    std::optional<OpenFile> m_file;
    quint64 m_left = 0;
};

} // namespace kite::share
