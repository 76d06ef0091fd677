#pragma once

#include <chrono>
#include <optional>

#include <QByteArray>

#include "kitecore/http/requesthead.h"

namespace kite::http {

/// What identifies one state of a file (RFC 9110, 8.8).
struct Validators
{
    QByteArray etag; ///< with its quotes, and with `W/` if weak
    std::chrono::seconds modified {0};
};

/// Both strong and the same opaque tag (RFC 9110, 8.8.3.2).
bool strongMatch(QByteArrayView a, QByteArrayView b);
/// The same opaque tag.
bool weakMatch(QByteArrayView a, QByteArrayView b);

enum class Precondition {
    Proceed,     ///< Answer as if there were no conditions.
    NotModified, ///< 304
    Failed,      ///< 412
};

/// If-Match, If-Unmodified-Since, If-None-Match and If-Modified-Since for something that exists, in
/// the order of RFC 9110, 13.2.2. Dates that are none are ignored.
Precondition evaluateConditions(const RequestHead &head, const Validators &current,
                                std::chrono::seconds now);

/// Whether a Range header counts: without If-Range, or with one that names exactly this state by a
/// strong validator (RFC 9110, 13.1.5).
bool rangeCounts(const RequestHead &head, const Validators &current, std::chrono::seconds now);

} // namespace kite::http
