#pragma once

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "kitecore/base/words.h"

/// `Name: value` lines as chunks and greetings share them. Used inside this module only.
namespace kite::wire {

struct HeaderLine
{
    QByteArrayView name;
    QByteArrayView value; ///< Without blanks around it.
};

/// Mostly there is one blank in front of a value, and none behind: that needs no search.
inline QByteArrayView withoutBlanks(QByteArrayView value)
{
    const bool isUsual
        = value.size() > 1 && value.front() == ' ' && value[1] > ' ' && value.back() > ' ';
    return isUsual ? value.sliced(1) : value.trimmed();
}

/// @return std::nullopt without a colon or without a name.
inline std::optional<HeaderLine> splitHeaderLine(QByteArrayView line)
{
    const auto colon = line.indexOf(':');
    if (colon <= 0)
        return std::nullopt;
    return HeaderLine {line.first(colon), withoutBlanks(line.sliced(colon + 1))};
}

inline bool isNamed(const HeaderLine &line, QByteArrayView name)
{
    return sameWord(line.name, name);
}

/// Digits only: no sign, no blanks, no prefix.
template <typename Number>
std::optional<Number> readDecimal(QByteArrayView digits)
{
    Number number = 0;
    if (digits.isEmpty() || digits.front() < '0' || digits.front() > '9')
        return std::nullopt;
    const auto [stop, failure] = std::from_chars(digits.begin(), digits.end(), number);
    if (failure != std::errc {} || stop != digits.end())
        return std::nullopt;
    return number;
}

/// Printable ASCII without blanks: what may be passed on into headers, logs and pages.
inline bool isPlainWord(QByteArrayView text, qsizetype maxBytes)
{
    // char is signed or not: both leave only ASCII
    return text.size() <= maxBytes
        && std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

/// The text if it is a plain word, else nothing.
inline QByteArrayView plainWord(QByteArrayView text, qsizetype maxBytes)
{
    return isPlainWord(text, maxBytes) ? text : QByteArrayView {};
}

} // namespace kite::wire
