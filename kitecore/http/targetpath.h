#pragma once

#include <optional>
#include <vector>

#include <QByteArray>

#include "kitecore/base/result.h"

namespace kite::http {

/// Why a request target names nothing that a file server could have.
enum class TargetError {
    BadForm,    ///< Neither `/path` nor `http://host/path` (RFC 9112, 3.2), or with a fragment.
    BadEscape,  ///< `%` without two hex digits.
    BadSegment, ///< `.`, `..`, NUL, a backslash or a slash (`%2F`) in one segment.
};

/// A target as what it means: names from the top down.
struct TargetPath
{
    std::vector<QByteArray> segments; ///< decoded bytes, none empty; none at all: the top
    bool folder = true;               ///< ends with a slash
    QByteArray query;                 ///< as sent, without `?`

    /// `/`, the segments encoded anew, `/` if `folder`: begins with exactly one slash, so it is
    /// never a network-path reference (RFC 3986, 4.2).
    QByteArray encoded() const;
};

/// Where path and query begin in a target of absolute form, `http://host/path?query`, which proxies
/// get (RFC 9112, 3.2.2); 0 for other forms.
qsizetype authorityEnd(QByteArrayView target);

/// Reads a request target. Dots are refused rather than resolved: every client resolves them before
/// it asks (RFC 3986, 5.2.4). Empty segments (`//`) count as none.
Result<TargetPath, TargetError> parseTarget(QByteArrayView target);

/// All but unreserved characters as `%XX` (RFC 3986, 2.1): safe in a path segment, in a query and
/// in an HTML attribute.
QByteArray percentEncode(QByteArrayView bytes);

/// The first `name=value` of a query, decoded, `+` left alone; std::nullopt: absent or malformed.
std::optional<QByteArray> queryValue(QByteArrayView query, QByteArrayView name);

} // namespace kite::http
