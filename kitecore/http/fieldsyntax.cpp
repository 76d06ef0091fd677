#include "kitecore/http/fieldsyntax.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>

namespace kite::http {

namespace {

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

constexpr quint8 tokenTrait = 1;
constexpr quint8 controlTrait = 2;
constexpr quint8 blankTrait = 4;

/// Every byte of every head is looked up: once, without branches.
constexpr auto traits = [] {
    std::array<quint8, 256> made {};
    for (unsigned c = 0; c < 0x20; ++c)
        made[c] = controlTrait;
    made[0x7f] = controlTrait;
    made[' '] = made['\t'] = blankTrait;
    for (const char c : std::string_view("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"
                                         "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
        made[static_cast<unsigned char>(c)] = tokenTrait;
    return made;
}();

quint8 traitsOf(char c)
{
    return traits[static_cast<unsigned char>(c)];
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
    return (traitsOf(c) & tokenTrait) != 0;
}

bool isToken(QByteArrayView bytes)
{
    unsigned common = tokenTrait;
    for (const char c : bytes)
        common &= traitsOf(c);
    return common != 0 && !bytes.isEmpty();
}

bool isDigits(QByteArrayView bytes)
{
    return !bytes.isEmpty() && std::ranges::all_of(bytes, isDigit);
}

bool isControl(char c)
{
    return (traitsOf(c) & controlTrait) != 0;
}

bool hasControl(QByteArrayView bytes)
{
    unsigned any = 0;
    for (const char c : bytes)
        any |= traitsOf(c);
    return (any & controlTrait) != 0;
}

bool isGraphic(QByteArrayView bytes)
{
    unsigned any = 0;
    for (const char c : bytes)
        any |= traitsOf(c);
    return (any & (controlTrait | blankTrait)) == 0;
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
