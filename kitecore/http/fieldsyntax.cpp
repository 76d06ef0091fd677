#include "kitecore/http/fieldsyntax.h"

#include <algorithm>
#include <limits>
#include <string_view>

namespace kite::http {

namespace {

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// Where the element at the front of `list` ends: at the first comma outside of quotes.
qsizetype elementEnd(QByteArrayView list)
{
    bool quoted = false;
    for (qsizetype at = 0; at < list.size(); ++at) {
        const char c = list[at];
        if (quoted && c == '\\')
            ++at;
        else if (c == '"')
            quoted = !quoted;
        else if (c == ',' && !quoted)
            return at;
    }
    return list.size();
}

} // namespace

bool isTokenChar(char c)
{
    using namespace std::string_view_literals;
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || isDigit(c)
        || "!#$%&'*+-.^_`|~"sv.find(c) != std::string_view::npos;
}

bool isToken(QByteArrayView bytes)
{
    return !bytes.isEmpty() && std::ranges::all_of(bytes, isTokenChar);
}

bool isDigits(QByteArrayView bytes)
{
    return !bytes.isEmpty() && std::ranges::all_of(bytes, isDigit);
}

bool isControl(char c)
{
    const auto code = static_cast<unsigned char>(c);
    return (code < 0x20 && c != '\t') || code == 0x7f;
}

bool hasControl(QByteArrayView bytes)
{
    return std::ranges::any_of(bytes, isControl);
}

QByteArrayView trimBlanks(QByteArrayView bytes)
{
    const auto isBlank = [](char c) { return c == ' ' || c == '\t'; };
    while (!bytes.isEmpty() && isBlank(bytes.front()))
        bytes = bytes.sliced(1);
    while (!bytes.isEmpty() && isBlank(bytes.back()))
        bytes.chop(1);
    return bytes;
}

bool sameWord(QByteArrayView a, QByteArrayView b)
{
    return a.size() == b.size() && a.compare(b, Qt::CaseInsensitive) == 0;
}

std::optional<quint64> readNumber(QByteArrayView digits)
{
    if (!isDigits(digits))
        return std::nullopt;
    quint64 number = 0;
    for (const char c : digits) {
        const auto digit = quint64(c - '0');
        if (number > (std::numeric_limits<quint64>::max() - digit) / 10)
            return std::nullopt;
        number = number * 10 + digit;
    }
    return number;
}

std::optional<QByteArrayView> ListItems::next()
{
    while (!m_rest.isEmpty()) {
        const auto end = elementEnd(m_rest);
        const auto item = trimBlanks(m_rest.first(end));
        m_rest = m_rest.sliced(std::min(end + 1, m_rest.size()));
        if (!item.isEmpty())
            return item;
    }
    return std::nullopt;
}

} // namespace kite::http
