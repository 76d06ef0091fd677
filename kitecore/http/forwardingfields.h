#pragma once

#include <QByteArrayView>

namespace kite::http {

/// Case-insensitive, and every character that is no letter and no digit is the same: servers that
/// hand headers on as variables (CGI, WSGI, PHP) cannot tell `X_Forwarded_For` from
/// `X-Forwarded-For`.
bool sameFieldName(QByteArrayView name, QByteArrayView known);

/// What only somebody in front of a server may say of a request, never the visitor:
/// `X-Forwarded-*`, `Forwarded` (RFC 7239), `X-PageKite-*`, `X-Real-IP`; compared as by
/// sameFieldName().
bool isForwardingField(QByteArrayView name);

/// What says where a message ends, whom it is for or who asks. None of it may come late, as a
/// trailer, or be taken out by the next server because `Connection` names it (RFC 9110, 6.5.1 and
/// 7.6.1).
bool isGuardedField(QByteArrayView name);

} // namespace kite::http
