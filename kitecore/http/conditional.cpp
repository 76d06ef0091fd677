#include "kitecore/http/conditional.h"

#include <algorithm>

#include "kitecore/http/fieldsyntax.h"
#include "kitecore/http/httpdate.h"

namespace kite::http {

namespace {

using Match = bool (*)(QByteArrayView, QByteArrayView);

bool isWeak(QByteArrayView tag)
{
    return tag.startsWith("W/");
}

QByteArrayView opaque(QByteArrayView tag)
{
    return isWeak(tag) ? tag.sliced(2) : tag;
}

bool isQuoted(QByteArrayView tag)
{
    return tag.size() >= 2 && tag.startsWith('"') && tag.endsWith('"');
}

/// Whether any header of that name lists `etag`, or is `*`.
bool listsTag(const RequestHead &head, QByteArrayView name, QByteArrayView etag, Match match)
{
    return std::ranges::any_of(head.headers, [&](const Header &header) {
        if (!sameWord(header.name, name))
            return false;
        if (header.value == "*")
            return true;
        for (ListItems items(header.value); const auto item = items.next();) {
            if (match(*item, etag))
                return true;
        }
        return false;
    });
}

std::optional<std::chrono::seconds> dateOf(const RequestHead &head, QByteArrayView name,
                                           std::chrono::seconds now)
{
    const auto value = head.header(name);
    return value ? parseDate(*value, now) : std::nullopt;
}

bool mayHaveChanged(const RequestHead &head, const Validators &current, std::chrono::seconds now)
{
    if (head.header("If-Match"))
        return !listsTag(head, "If-Match", current.etag, strongMatch);
    const auto date = dateOf(head, "If-Unmodified-Since", now);
    return date && current.modified > *date;
}

bool isKnown(const RequestHead &head, const Validators &current, std::chrono::seconds now)
{
    if (head.header("If-None-Match"))
        return listsTag(head, "If-None-Match", current.etag, weakMatch);
    if (head.method != "GET" && head.method != "HEAD")
        return false;
    const auto date = dateOf(head, "If-Modified-Since", now);
    return date && current.modified <= *date;
}

} // namespace

bool strongMatch(QByteArrayView a, QByteArrayView b)
{
    return isQuoted(a) && a == b;
}

bool weakMatch(QByteArrayView a, QByteArrayView b)
{
    return isQuoted(opaque(a)) && opaque(a) == opaque(b);
}

Precondition evaluateConditions(const RequestHead &head, const Validators &current,
                                std::chrono::seconds now)
{
    if (mayHaveChanged(head, current, now))
        return Precondition::Failed;
    if (!isKnown(head, current, now))
        return Precondition::Proceed;
    const bool reads = head.method == "GET" || head.method == "HEAD";
    return reads ? Precondition::NotModified : Precondition::Failed;
}

bool rangeCounts(const RequestHead &head, const Validators &current, std::chrono::seconds now)
{
    const auto condition = head.header("If-Range");
    if (!condition)
        return true;
    if (condition->startsWith('"') || isWeak(*condition))
        return strongMatch(*condition, current.etag);
    // A file that changed this very second may change again within it (RFC 9110, 8.8.2.2).
    const auto date = parseDate(*condition, now);
    return date && *date == current.modified && current.modified < now;
}

} // namespace kite::http
