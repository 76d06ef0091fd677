#pragma once

#include <QByteArrayView>

namespace kite::http {

/// The reason phrase of a status code (RFC 9110, 15; RFC 6585); `Status` for one we do not know.
QByteArrayView statusText(int status);

} // namespace kite::http
