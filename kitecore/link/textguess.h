#pragma once

#include <QByteArrayView>

namespace kite::link {

/// Whether a stream that begins with these bytes is worth deflating: an HTTP response whose head
/// names a text-like type and no encoding. Anything else is not: requests are short, the rest is
/// unknown or has been compressed by its maker.
bool looksLikeText(QByteArrayView begin);

} // namespace kite::link
