#pragma once

#include <vector>

#include "kitecore/tls/context.h"
#include "kitecore/tls/openssl.h"

/// Certificates and keys in PEM files (RFC 7468). Used inside this module only.
namespace kite::tls {

/// All certificates of a file, at most maxPemBytes long.
/// @return never an empty list. `why` is the error for a file that cannot be read or holds none.
Result<std::vector<OwnedCertificate>, ContextFailure> readCertificates(const QString &pemFile,
                                                                       ContextError why);
/// The first private key of a file. Keys behind a passphrase are refused: nobody is there to ask.
Result<OwnedKey, ContextFailure> readKey(const QString &pemFile);

/// Lower-case hex.
QByteArray digestHex(const X509 *certificate, const EVP_MD *algorithm);

/// Large enough for every bundle of authorities in use.
inline constexpr qint64 maxPemBytes = qint64 {4} * 1024 * 1024;

} // namespace kite::tls
