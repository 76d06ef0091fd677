#pragma once

#include <functional>
#include <memory>

#include <QByteArray>
#include <QByteArrayList>
#include <QList>
#include <QString>

#include "kitecore/base/result.h"

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

/// How a connector decides whether a relay is the right one.
struct RelayTrust
{
    enum class Check {
        Certificate, ///< Chain of trust and name.
        None,        ///< `--fe_nocertcheck`: the user said so in so many words.
    };
    Check check = Check::Certificate;
    QString authorityFile; ///< `--ca_certs`; empty: the system's
    QByteArrayList
        names; ///< Accepted names; a certificate must bear one of them (protocol.md 12.2).
    /// Accepted SHA-256 (64 hex digits) or, as pagekite.py pins, SHA-1 (40) fingerprints of the
    /// certificate itself. If there is one, it decides alone: chain, name and date do not matter.
    QByteArrayList fingerprints;
};

/// TLS 1.2 and up; AES-128-GCM first; records released when idle. @param trust is copied.
Result<Context, ContextFailure> clientContext(const RelayTrust &trust);

/// Certificates by name for a server, chosen by SNI.
struct ServerName
{
    QByteArray name; ///< Lower case; `*.rest` fits one label.
    QString pemFile; ///< Key and chain in one file (`--tls_endpoint=name:pem`).
};

/// One context for one name.
Result<Context, ContextFailure> serverContext(const QString &pemFile);

/// SHA-256 of a certificate in DER, lower-case hex. @param pemFile its first certificate is meant.
Result<QByteArray, ContextFailure> fingerprint(const QString &pemFile);

/// Writes a new self-signed certificate (P-256, ten years, subjectAltName = names) with its key to
/// a file of mode 0600, atomically.
Result<void, ContextFailure> makeSelfSigned(const QString &pemFile, const QByteArrayList &names);

} // namespace kite::tls
