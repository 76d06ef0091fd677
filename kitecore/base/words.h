#pragma once

#include <cstring>
#include <span>

#include <QByteArray>

/// Short words, compared and joined by the dozen for each visitor: Qt's own ways take several times
/// as long, since they are made for long texts.
namespace kite {

/// Equal but for the case of ASCII letters.
inline bool sameWord(QByteArrayView a, QByteArrayView b)
{
    constexpr auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? char(c | 0x20) : c; };
    if (a.size() != b.size())
        return false;
    for (qsizetype i = 0; i < a.size(); ++i) {
        if (a[i] != b[i] && lower(a[i]) != lower(b[i]))
            return false;
    }
    return true;
}

/// All parts, one behind the other, with one allocation.
inline QByteArray joined(std::span<const QByteArrayView> parts)
{
    qsizetype bytes = 0;
    for (const auto part : parts)
        bytes += part.size();
    QByteArray all(bytes, Qt::Uninitialized);
    char *at = all.data();
    for (const auto part : parts) {
        if (!part.isEmpty())
            std::memcpy(at, part.data(), std::size_t(part.size()));
        at += part.size();
    }
    return all;
}

inline QByteArray joined(std::initializer_list<QByteArrayView> parts)
{
    return joined(std::span<const QByteArrayView>(parts.begin(), parts.size()));
}

} // namespace kite
