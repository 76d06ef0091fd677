#pragma once

#include <QByteArray>
#include <QString>

/// Small pages that visitors see when there is nothing else to show (ux: one style sheet inside, no
/// script, light and dark, 320 px, right to left).
namespace kite::http {

enum class AwaySide { Relay, Connector };

/// The complete answer for a kite that does not fly or a target that does not answer: 503, closed
/// connection, escaped host. Scripts look for `Sorry! (fe)` and `Sorry! (be)` (protocol.md 13.1).
/// @param uuid 40 hex digits naming the relay's process; empty: no `X-PageKite-UUID`.
QByteArray awayPage(AwaySide side, QByteArrayView protocol, QByteArrayView host,
                    QByteArrayView uuid);

/// A complete small answer with a headline and a sentence: 400, 403, 404, 405, 414, 431, 500,
/// 501...
QByteArray statusPage(int status, QByteArrayView uuid = {});

/// `&<>"'` as entities.
QByteArray escapeHtml(QByteArrayView text);

/// The style sheet of every page that we make, for a <style> element.
QByteArray pageStyle();

} // namespace kite::http
