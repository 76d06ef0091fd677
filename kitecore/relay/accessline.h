#pragma once

#include <chrono>

#include <QByteArray>
#include <QString>

#include "kitecore/http/requesthead.h"

namespace kite::relay {

/// One visitor's connection, as the access log tells it.
struct Access
{
    QString address;               ///< of the visitor
    std::chrono::seconds time {0}; ///< when it came, since 1970-01-01 UTC
    std::chrono::milliseconds lasted {0};
    QByteArray request; ///< see describeRequest(), streamRequest()
    QByteArray referrer;
    QByteArray agent;
    QByteArray kite;     ///< the name it asked for
    QByteArray protocol; ///< of the kite
    QByteArray refused;  ///< refusedWord(); empty: it was brought to its kite
    int status = 0;      ///< of the first answer; 0: not known
    qint64 in = 0;       ///< bytes from the visitor
    qint64 out = 0;      ///< bytes to it
};

/// What the log says of a request: its first line and two headers, without what proves somebody's
/// right: user and password in addresses, values of parameters that look like secrets.
void describeRequest(const http::RequestHead &head, Access &access);
/// For what is no HTTP: `CONNECT name:port PROTOCOL`, which tools for logs can read.
QByteArray streamRequest(const QByteArray &protocol, const QByteArray &host, quint16 port);

/// The combined log format of Apache's httpd, and behind it `kite= proto= in= ms=`, for refused
/// ones also `refused=`. Ends with a line feed; holds no other control character; bounded.
QByteArray accessLine(const Access &access);

} // namespace kite::relay
