#pragma once

#include "kitecore/base/result.h"
#include "kitecore/http/requesthead.h"

/// The lines a request head is made of, for every reader of heads. All of it views into the line.
namespace kite::http {

struct RequestLine
{
    QByteArrayView method;
    QByteArrayView target;
    int minorVersion = 1;
};
/// @param line without its line end. One blank between three words, nothing else (RFC 9112, 3).
Result<RequestLine, HeadError> readRequestLine(QByteArrayView line);

struct FieldLine
{
    QByteArrayView name;  ///< as sent
    QByteArrayView value; ///< without blanks around
};
/// @param line without its line end; not empty.
Result<FieldLine, HeadError> readFieldLine(QByteArrayView line);

/// `host [":" port]`, or nothing, which is allowed where the target has no authority (RFC 9112,
/// 3.2). RFC 3986 would let more characters be, names in the DNS do not have them.
bool isHostField(QByteArrayView value);
/// The host alone: without port, brackets and the dot at the end.
QByteArrayView hostOf(QByteArrayView field);

} // namespace kite::http
