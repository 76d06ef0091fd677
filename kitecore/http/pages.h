#pragma once

#include <chrono>

#include <QByteArray>
#include <QByteArrayList>

/// Small pages that visitors see when there is nothing else to show: one style sheet inside, no
/// script, nothing loaded from elsewhere, light and dark, 320 px, right to left.
namespace kite::http {

enum class AwaySide { Relay, Connector };

/// What a relay adds to its away pages.
struct PageExtras
{
    bool overloaded = false;
    QByteArrayList dnsHints; ///< `domain address,address` each
    QByteArray framedPage;   ///< address of a page to show around ours; empty: none
};

/// The complete answer for a kite that does not fly or a target that does not answer: 503, closed
/// connection, escaped host. Scripts look for `Sorry! (fe)` and `Sorry! (be)` (PROTOCOL.md 13.1).
/// @param uuid 40 hex digits naming the relay's process; empty: no `X-PageKite-UUID`.
QByteArray awayPage(AwaySide side, QByteArrayView protocol, QByteArrayView host,
                    QByteArrayView uuid, const PageExtras &extras = {});

/// A complete small answer with a headline and a sentence: 400, 403, 404, 405, 414, 431, 500,
/// 501... The connection is to be closed after it.
/// @param host the kite's name, for the title; empty: the status is the title.
QByteArray statusPage(int status, QByteArrayView uuid = {}, QByteArrayView host = {});

/// 401 for a kite with a password (RFC 7617). @param host its name, also the realm: no quotes.
QByteArray signInPage(QByteArrayView host);

/// 429 for who has to wait (RFC 6585, 4). @param retryAfter how long.
QByteArray waitPage(QByteArrayView host, std::chrono::seconds retryAfter);

/// 500 for a request that the connector's firewall does not pass on (PROTOCOL.md 15.3).
QByteArray blockedPage(QByteArrayView host);

/// Only the HTML of statusPage(), for answers with headers of their own.
QByteArray statusDocument(int status, QByteArrayView host);

/// A whole HTML document in our style. @param title is escaped here, `content` (HTML) is not.
QByteArray htmlDocument(QByteArrayView title, QByteArrayView content);

/// `&<>"'` as entities.
QByteArray escapeHtml(QByteArrayView text);

/// The style sheet of every page that we make, for a <style> element.
QByteArray pageStyle();

/// What pages of ours may do in a browser (Content-Security-Policy): nothing but their own style.
inline constexpr char pagePolicy[]
    = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
      "frame-ancestors 'none'";

} // namespace kite::http
