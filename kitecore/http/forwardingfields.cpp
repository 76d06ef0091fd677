#include "kitecore/http/forwardingfields.h"

#include <algorithm>
#include <array>

namespace kite::http {

namespace {

/// Lower case; anything but letters and digits is a dash.
char plain(char c)
{
    if (c >= 'A' && c <= 'Z')
        return char(c + ('a' - 'A'));
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : '-';
}

bool begins(QByteArrayView name, QByteArrayView known)
{
    return name.size() >= known.size()
        && std::equal(known.begin(), known.end(), name.begin(),
                      [](char a, char b) { return plain(a) == plain(b); });
}

constexpr std::array<QByteArrayView, 12> guarded {"authorization",
                                                  "connection",
                                                  "content-encoding",
                                                  "content-length",
                                                  "cookie",
                                                  "expect",
                                                  "host",
                                                  "proxy-authorization",
                                                  "te",
                                                  "trailer",
                                                  "transfer-encoding",
                                                  "upgrade"};

} // namespace

bool sameFieldName(QByteArrayView name, QByteArrayView known)
{
    return name.size() == known.size() && begins(name, known);
}

bool isForwardingField(QByteArrayView name)
{
    if (name.size() < 9)
        return false;
    switch (plain(name.front())) {
    case 'f':
        return sameFieldName(name, "forwarded");
    case 'x':
        return begins(name, "x-forwarded") || begins(name, "x-pagekite-")
            || sameFieldName(name, "x-real-ip");
    default:
        return false;
    }
}

bool isGuardedField(QByteArrayView name)
{
    return isForwardingField(name) || std::ranges::any_of(guarded, [name](QByteArrayView known) {
               return sameFieldName(name, known);
           });
}

} // namespace kite::http
