#pragma once

#include <QByteArray>

namespace kite::http {

/// The media type for a file's name, by its extension, without parameters;
/// `application/octet-stream` for one we do not know.
QByteArrayView mediaType(QByteArrayView fileName);

/// Whether a charset belongs to it.
bool isText(QByteArrayView mediaType);

/// How much of a file's beginning contentType() wants to see.
inline constexpr qsizetype contentSampleBytes = 4096;

/// The value of Content-Type. Text gets `charset=utf-8`, unless its beginning is no UTF-8 or is an
/// HTML page that names its own charset, which the header would overrule.
/// @param beginning up to contentSampleBytes; only looked at for text.
QByteArray contentType(QByteArrayView fileName, QByteArrayView beginning);

} // namespace kite::http
