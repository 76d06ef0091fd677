#pragma once

#include <optional>

#include "kitecore/base/words.h"

/// The small grammar that all header fields share (RFC 9110, 5.6).
namespace kite::http {

bool isTokenChar(char c);           ///< RFC 9110, 5.6.2
bool isToken(QByteArrayView bytes); ///< one or more of them
bool isDigits(QByteArrayView bytes);
/// A control character that no field value may hold: all but HTAB (RFC 9110, 5.5).
bool isControl(char c);
bool hasControl(QByteArrayView bytes);
/// Neither control characters nor blanks.
bool isGraphic(QByteArrayView bytes);

/// Without SP and HTAB at both ends (OWS, RFC 9110, 5.6.3).
QByteArrayView trimBlanks(QByteArrayView bytes);

using kite::sameWord;

/// Decimal digits only, no sign, no blanks. @return std::nullopt for anything else and for numbers
/// that do not fit.
std::optional<quint64> readNumber(QByteArrayView digits);

/// Walks a comma list, `for (ListItems items(value); const auto item = items.next();)`. Empty
/// elements are skipped, commas inside quoted strings are no commas (RFC 9110, 5.6.1).
class ListItems
{
public:
    explicit ListItems(QByteArrayView list) : m_rest(list) {}
    std::optional<QByteArrayView> next();

private:
    QByteArrayView m_rest;
};

} // namespace kite::http
