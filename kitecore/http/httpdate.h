#pragma once

#include <chrono>
#include <optional>

#include <QByteArray>

namespace kite::http {

/// `Sun, 06 Nov 1994 08:49:37 GMT` (IMF-fixdate, RFC 9110, 5.6.7). Years outside of 0..9999 are cut
/// to that range.
QByteArray formatDate(std::chrono::seconds sinceEpoch);

/// Reads an HTTP date: IMF-fixdate, and the obsolete forms of RFC 850 and asctime(). A weekday that
/// does not fit the date is forgiven, a date that the calendar lacks is not.
/// @param now decides about the century of a two-digit year: at most 50 years ahead (RFC 9110,
/// 5.6.7).
std::optional<std::chrono::seconds> parseDate(QByteArrayView text, std::chrono::seconds now);

} // namespace kite::http
