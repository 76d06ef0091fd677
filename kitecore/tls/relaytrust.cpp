#include "kitecore/tls/relaytrust.h"

#include <algorithm>
#include <memory>

#include <QFileInfo>
#ifdef Q_OS_WIN
#include <QSslCertificate>
#include <QSslConfiguration>
#endif

#include <openssl/err.h>

#include "kitecore/tls/certificatename.h"
#include "kitecore/tls/pem.h"

namespace kite::tls {

namespace {

QByteArray bytesOf(const ASN1_STRING *text)
{
    return {reinterpret_cast<const char *>(ASN1_STRING_get0_data(text)), ASN1_STRING_length(text)};
}

/// The certificate's DNS names; its common name only if it has none (RFC 6125, 6.4.4).
QByteArrayList namesOf(const X509 *certificate)
{
    QByteArrayList names;
    const OwnedAltNames altNames(static_cast<GENERAL_NAMES *>(
        X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
    for (int i = 0; i < sk_GENERAL_NAME_num(altNames.get()); ++i) {
        const auto *name = sk_GENERAL_NAME_value(altNames.get(), i);
        if (name->type == GEN_DNS)
            names += bytesOf(name->d.dNSName);
    }
    if (!names.isEmpty())
        return names;
    const auto *subject = X509_get_subject_name(certificate);
    const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
    if (at >= 0)
        names += bytesOf(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
    return names;
}

bool bearsAcceptedName(X509 *certificate, const QByteArrayList &accepted)
{
    const auto sha1 = digestHex(certificate, EVP_sha1());
    const auto names = namesOf(certificate);
    if (std::ranges::any_of(
            names, [&](const QByteArray &name) { return isAcceptedName(name, sha1, accepted); }))
        return true;
    return std::ranges::any_of(accepted, [certificate](const QByteArray &address) {
        return X509_check_ip_asc(certificate, address.constData(), 0) == 1;
    });
}

bool isPinned(const X509 *certificate, const QByteArrayList &fingerprints)
{
    return fingerprints.contains(digestHex(certificate, EVP_sha256()))
        || fingerprints.contains(digestHex(certificate, EVP_sha1()));
}

/// An X509_V_ code: what untrustedReason() tells.
int verdictOn(X509_STORE_CTX *store, X509 *certificate, const RelayTrust &trust)
{
    if (!trust.fingerprints.isEmpty())
        return isPinned(certificate, trust.fingerprints) ? X509_V_OK : X509_V_ERR_CERT_REJECTED;
    if (X509_verify_cert(store) != 1)
        return X509_STORE_CTX_get_error(store);
    return bearsAcceptedName(certificate, trust.names) ? X509_V_OK : X509_V_ERR_HOSTNAME_MISMATCH;
}

/// Takes the place of OpenSSL's own check.
int checkRelay(X509_STORE_CTX *store, void *argument)
{
    const auto &trust = *static_cast<const RelayTrust *>(argument);
    auto *certificate = X509_STORE_CTX_get0_cert(store);
    ERR_set_mark(); // what the check leaves behind would look like a failure of the connection
    const int verdict = certificate ? verdictOn(store, certificate, trust) : X509_V_ERR_UNSPECIFIED;
    ERR_pop_to_mark();
    X509_STORE_CTX_set_error(store, verdict);
    return verdict == X509_V_OK ? 1 : 0;
}

int checkNothing(X509_STORE_CTX *store, void *)
{
    X509_STORE_CTX_set_error(store, X509_V_OK);
    return 1;
}

/// Where the trust rides along, to be freed when OpenSSL frees the context.
int trustIndex()
{
    static const int index = SSL_CTX_get_ex_new_index(
        0, nullptr, nullptr, nullptr, [](void *, void *trust, CRYPTO_EX_DATA *, int, long, void *) {
            delete static_cast<RelayTrust *>(trust);
        });
    return index;
}

Result<void, ContextFailure> useAuthorities(SSL_CTX *context, const QString &file)
{
    const auto authorities = readCertificates(file, ContextError::BadAuthority);
    if (!authorities)
        return Err {authorities.error()};
    for (const auto &authority : *authorities)
        X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority.get());
    return {};
}

#ifdef Q_OS_WIN

Result<void, ContextFailure> useSystemAuthorities(SSL_CTX *context)
{
    for (const auto &certificate : QSslConfiguration::systemCaCertificates()) {
        const auto der = certificate.toDer();
        const auto *at = reinterpret_cast<const unsigned char *>(der.constData());
        const OwnedCertificate authority(d2i_X509(nullptr, &at, long(der.size())));
        if (authority)
            X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority.get());
    }
    return {};
}

#else

/// OpenSSL's own places are looked up by name when needed and cost no memory. A library that came
/// along with the program may have been built for other places than this system's.
Result<void, ContextFailure> useSystemAuthorities(SSL_CTX *context)
{
    if (SSL_CTX_set_default_verify_paths(context) != 1)
        return Err {ContextFailure {ContextError::BadAuthority, takeOpensslReason()}};
    const auto exists = [](const char *path) { return QFileInfo::exists(QFile::decodeName(path)); };
    if (exists(X509_get_default_cert_file()) || exists(X509_get_default_cert_dir()))
        return {};
    for (const char *bundle :
         {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
          "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"}) {
        if (exists(bundle))
            return useAuthorities(context, QFile::decodeName(bundle));
    }
    return {};
}

#endif

} // namespace

Result<void, ContextFailure> applyTrust(SSL_CTX *context, const RelayTrust &trust)
{
    if (trust.check == RelayTrust::Check::None && trust.fingerprints.isEmpty()) {
        SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nullptr);
        SSL_CTX_set_cert_verify_callback(context, checkNothing, nullptr);
        return {};
    }
    auto kept = std::make_unique<RelayTrust>(trust);
    for (QByteArray &text : kept->fingerprints)
        text = plainFingerprint(text);
    if (SSL_CTX_set_ex_data(context, trustIndex(), kept.get()) != 1)
        return Err {ContextFailure {ContextError::Library, takeOpensslReason()}};
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_cert_verify_callback(context, checkRelay, kept.release());
    if (!trust.fingerprints.isEmpty())
        return {};
    return trust.authorityFile.isEmpty() ? useSystemAuthorities(context)
                                         : useAuthorities(context, trust.authorityFile);
}

std::optional<QString> untrustedReason(const SSL *ssl)
{
    const auto result = SSL_get_verify_result(ssl);
    if (result == X509_V_OK)
        return std::nullopt;
    return QString::fromLatin1(X509_verify_cert_error_string(result));
}

} // namespace kite::tls
