#pragma once

#include <memory>
#include <optional>

#include <QByteArray>
#include <QByteArrayList>
#include <QString>

#include "kitecore/base/result.h"

using SSL = struct ssl_st;
using SSL_CTX = struct ssl_ctx_st;

/// TLS settings as OpenSSL contexts. The only folder, with net/tlsstream, that names OpenSSL's TLS.
namespace kite::tls {

/// Why a context can not be made. The detail names file and OpenSSL's reason, never key material.
enum class ContextError {
    NoCertificate, ///< The file holds no certificate, or cannot be read.
    NoKey,         ///< No private key, or one that does not fit the certificate.
    BadAuthority,  ///< The file of trusted certificates cannot be read or holds none.
    Library,       ///< OpenSSL refused (memory, configuration).
};
struct ContextFailure
{
    ContextError error;
    QString detail;
};

/// Shared by streams of several threads (an SSL_CTX is thread-safe once set up).
using Context = std::shared_ptr<SSL_CTX>;

/// How a connector decides whether a relay is the right one (PROTOCOL.md, TLS).
struct RelayTrust
{
    enum class Check {
        Certificate, ///< Chain of trust and name.
        None,        ///< `--fe_nocertcheck`: the user said so in so many words.
    };
    Check check = Check::Certificate;
    QString authorityFile; ///< `--ca_certs`; empty: the system's
    /// Accepted names or addresses, in any case; a certificate must bear one of them, so that an
    /// empty list accepts nothing. A certificate for `*.x` fits every name that is `x` or ends in
    /// `.x`. An entry `name/SHA1HEX` besides asks for that very certificate.
    QByteArrayList names;
    /// Accepted SHA-256 (64 hex digits) or, as pagekite.py pins, SHA-1 (40) fingerprints of the
    /// certificate itself. If there is one, it decides alone: chain, name and date do not matter.
    QByteArrayList fingerprints;
};

/// TLS 1.2 and up; AES-128-GCM first; records released when idle; a peer that closes without
/// saying so counts as ended. Partial writes are off: a write takes a whole buffer or nothing, and
/// must be repeated with the same bytes (which may have moved).
/// @param trust is copied; it lives as long as OpenSSL's context, also past the last Context.
Result<Context, ContextFailure> clientContext(const RelayTrust &trust);

/// After a failed handshake of a client: why the peer's certificate was not accepted.
/// @return std::nullopt if the handshake failed for another reason.
std::optional<QString> untrustedReason(const SSL *ssl);

/// A certificate for a server, chosen by SNI (see ServerNames).
struct ServerName
{
    QByteArray name; ///< Any case; `*.rest` fits one label.
    QString pemFile; ///< Key and chain in one file (`--tls_endpoint=name:pem`).
};

/// One context for one name. @param pemFile key and chain, the own certificate first.
Result<Context, ContextFailure> serverContext(const QString &pemFile);

/// SHA-256 of a certificate in DER, lower-case hex. @param pemFile its first certificate is meant.
Result<QByteArray, ContextFailure> fingerprint(const QString &pemFile);

/// Writes a new self-signed certificate (P-256, ten years, subjectAltName = names and addresses)
/// with its key to a file of mode 0600, atomically. Without names it can only be pinned.
Result<void, ContextFailure> makeSelfSigned(const QString &pemFile, const QByteArrayList &names);

/// Frees what OpenSSL keeps for the calling thread, which is about to end: by itself it would do so
/// only after others may believe the thread to be gone.
void leaveThread();

} // namespace kite::tls
