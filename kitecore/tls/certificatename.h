#pragma once

#include <QByteArrayList>

namespace kite::tls {

/// Whether a certificate that bears `certificateName` is meant by one of the accepted entries, as
/// PageKite programs decide it (PROTOCOL.md, TLS): case does not matter; a certificate for `*.x`
/// fits every entry that is `x` or ends in `.x`, at any depth; an entry `name/SHA1HEX` besides asks
/// for that very certificate.
/// @param sha1 the certificate's SHA-1 fingerprint, lower-case hex
bool isAcceptedName(QByteArrayView certificateName, QByteArrayView sha1,
                    const QByteArrayList &accepted);

/// Lower-case hex without the colons that people paste.
QByteArray plainFingerprint(const QByteArray &text);

} // namespace kite::tls
