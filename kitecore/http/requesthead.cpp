#include "kitecore/http/requesthead.h"

#include <algorithm>

#include "kitecore/http/fieldsyntax.h"
#include "kitecore/http/headlines.h"

namespace kite::http {

std::optional<QByteArrayView> RequestHead::header(QByteArrayView name) const
{
    const auto found
        = std::ranges::find_if(headers, [name](const Header &h) { return sameWord(h.name, name); });
    if (found == headers.end())
        return std::nullopt;
    return QByteArrayView(found->value);
}

bool RequestHead::hasToken(QByteArrayView name, QByteArrayView token) const
{
    return std::ranges::any_of(headers, [name, token](const Header &h) {
        if (!sameWord(h.name, name))
            return false;
        for (ListItems items(h.value); const auto item = items.next();) {
            if (sameWord(*item, token))
                return true;
        }
        return false;
    });
}

QByteArray RequestHead::host() const
{
    return hostOf(header("Host").value_or(QByteArrayView())).toByteArray().toLower();
}

bool RequestHead::isWebSocketUpgrade() const
{
    return method == "GET" && minorVersion == 1 && hasToken("Upgrade", "websocket")
        && hasToken("Connection", "upgrade");
}

bool RequestHead::keepsAlive() const
{
    if (hasToken("Connection", "close"))
        return false;
    return minorVersion >= 1 || hasToken("Connection", "keep-alive");
}

std::optional<quint64> RequestHead::bodyBytes() const
{
    if (header("Transfer-Encoding"))
        return std::nullopt;
    return readNumber(header("Content-Length").value_or("0"));
}

} // namespace kite::http
