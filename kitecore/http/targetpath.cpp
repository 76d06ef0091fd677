#include "kitecore/http/targetpath.h"

#include <algorithm>
#include <string_view>

#include "kitecore/http/fieldsyntax.h"

namespace kite::http {

namespace {

int hexDigit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

std::optional<QByteArray> percentDecode(QByteArrayView text)
{
    QByteArray decoded;
    decoded.reserve(text.size());
    for (qsizetype at = 0; at < text.size(); ++at) {
        if (text[at] != '%') {
            decoded.append(text[at]);
            continue;
        }
        const int high = at + 2 < text.size() ? hexDigit(text[at + 1]) : -1;
        const int low = at + 2 < text.size() ? hexDigit(text[at + 2]) : -1;
        if (high < 0 || low < 0)
            return std::nullopt;
        decoded.append(char(high * 16 + low));
        at += 2;
    }
    return decoded;
}

bool isSegment(QByteArrayView name)
{
    return name != "." && name != ".." && !name.contains('\0') && !name.contains('\\')
        && !name.contains('/');
}

} // namespace

QByteArray TargetPath::encoded() const
{
    QByteArray text;
    for (const auto &segment : segments)
        text.append('/').append(percentEncode(segment));
    if (folder || segments.empty())
        text.append('/');
    return text;
}

qsizetype authorityEnd(QByteArrayView target)
{
    for (const QByteArrayView scheme : {"http://", "https://"}) {
        if (target.size() <= scheme.size() || !sameWord(target.first(scheme.size()), scheme))
            continue;
        const auto *const end
            = std::find_if(target.begin() + scheme.size(), target.end(),
                           [](char c) { return c == '/' || c == '?' || c == '#'; });
        return end - target.begin();
    }
    return 0;
}

Result<TargetPath, TargetError> parseTarget(QByteArrayView target)
{
    const auto authority = authorityEnd(target);
    auto path = target.sliced(authority);
    const bool isTop = authority > 0 && !path.startsWith('/');
    if ((!isTop && !path.startsWith('/')) || path.contains('#'))
        return Err {TargetError::BadForm};
    TargetPath result;
    if (const auto question = path.indexOf('?'); question >= 0) {
        result.query = path.sliced(question + 1).toByteArray();
        path = path.first(question);
    }
    result.folder = isTop || path.endsWith('/');
    while (!path.isEmpty()) {
        path = path.sliced(1); // the slash in front
        const auto slash = path.indexOf('/');
        const auto raw = slash < 0 ? path : path.first(slash);
        path = path.sliced(raw.size());
        if (raw.isEmpty())
            continue;
        auto segment = percentDecode(raw);
        if (!segment)
            return Err {TargetError::BadEscape};
        if (!isSegment(*segment))
            return Err {TargetError::BadSegment};
        result.segments.push_back(std::move(*segment));
    }
    return result;
}

QByteArray percentEncode(QByteArrayView bytes)
{
    using namespace std::string_view_literals;
    constexpr auto hex = "0123456789ABCDEF"sv;
    QByteArray encoded;
    encoded.reserve(bytes.size());
    for (const char c : bytes) {
        const auto code = static_cast<unsigned char>(c);
        const bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
            || (c >= '0' && c <= '9') || "-._~"sv.find(c) != std::string_view::npos;
        if (unreserved)
            encoded.append(c);
        else
            encoded.append('%').append(hex[code >> 4]).append(hex[code & 15]);
    }
    return encoded;
}

std::optional<QByteArray> queryValue(QByteArrayView query, QByteArrayView name)
{
    while (!query.isEmpty()) {
        const auto end = query.indexOf('&');
        const auto pair = end < 0 ? query : query.first(end);
        query = end < 0 ? QByteArrayView() : query.sliced(end + 1);
        if (const auto equals = pair.indexOf('='); equals >= 0 && pair.first(equals) == name)
            return percentDecode(pair.sliced(equals + 1));
    }
    return std::nullopt;
}

} // namespace kite::http
