#include "kitecore/link/textguess.h"

#include <algorithm>
#include <array>

#include <QByteArray>

namespace kite::link {

namespace {

/// The value of a header field in a lower-case head; empty if it is not there.
QByteArray fieldOf(const QByteArray &head, const QByteArray &name)
{
    const QByteArray line = '\n' + name + ':';
    const qsizetype at = head.indexOf(line);
    if (at < 0)
        return {};
    const qsizetype from = at + line.size();
    const qsizetype to = head.indexOf('\n', from);
    return head.mid(from, to < 0 ? -1 : to - from).trimmed();
}

constexpr std::array<QByteArrayView, 6> textTypes {
    "text/",           "application/json", "application/javascript",
    "application/xml", "image/svg+xml",    "application/xhtml+xml"};

} // namespace

bool looksLikeText(QByteArrayView begin)
{
    constexpr qsizetype farEnough = 4096; // of a head
    if (!begin.startsWith("HTTP/1."))
        return false;
    QByteArray head = begin.first(std::min(begin.size(), farEnough)).toByteArray();
    const qsizetype end = head.indexOf("\r\n\r\n");
    if (end >= 0)
        head.truncate(end);
    head = std::move(head).toLower();
    if (!fieldOf(head, "content-encoding").isEmpty())
        return false;
    const QByteArray type = fieldOf(head, "content-type");
    return std::any_of(textTypes.begin(), textTypes.end(),
                       [&type](QByteArrayView text) { return type.startsWith(text); });
}

} // namespace kite::link
