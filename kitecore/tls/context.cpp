#include "kitecore/tls/context.h"

#include <utility>

#include "kitecore/tls/pem.h"
#include "kitecore/tls/relaytrust.h"

namespace kite::tls {

namespace {

// With AES hardware at both ends AES-128-GCM is the fastest; without it a peer names ChaCha first,
// and is then followed (SSL_OP_PRIORITIZE_CHACHA).
constexpr auto ciphersTls13
    = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
constexpr auto ciphersTls12 = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
                              "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
                              "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

ContextFailure libraryFailure()
{
    return {ContextError::Library, takeOpensslReason()};
}

/// What clients and servers have in common. Null if OpenSSL refuses.
OwnedContext newContext(const SSL_METHOD *method)
{
    OwnedContext context(SSL_CTX_new(method));
    if (!context)
        return context;
    SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_options(context.get(),
                        SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION
                            | SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_CIPHER_SERVER_PREFERENCE
                            | SSL_OP_PRIORITIZE_CHACHA);
    const bool set = SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) == 1
        && SSL_CTX_set_ciphersuites(context.get(), ciphersTls13) == 1
        && SSL_CTX_set_cipher_list(context.get(), ciphersTls12) == 1;
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF); // tickets resume as well
    return set ? std::move(context) : nullptr;
}

Context share(OwnedContext context)
{
    return {context.release(), SSL_CTX_free};
}

Result<void, ContextFailure> useCertificates(SSL_CTX *context, const QString &pemFile)
{
    auto chain = readCertificates(pemFile, ContextError::NoCertificate);
    if (!chain)
        return Err {chain.error()};
    auto certificates = std::move(chain).value();
    if (SSL_CTX_use_certificate(context, certificates.front().get()) != 1)
        return Err {ContextFailure {ContextError::NoCertificate,
                                    pemFile + QStringLiteral(": ") + takeOpensslReason()}};
    for (size_t i = 1; i < certificates.size(); ++i) {
        if (SSL_CTX_add0_chain_cert(context, certificates[i].get()) != 1)
            return Err {libraryFailure()};
        (void)certificates[i].release(); // the context's now
    }
    return {};
}

} // namespace

Result<Context, ContextFailure> clientContext(const RelayTrust &trust)
{
    auto context = newContext(TLS_client_method());
    if (!context)
        return Err {libraryFailure()};
    if (const auto set = applyTrust(context.get(), trust); !set)
        return Err {set.error()};
    return share(std::move(context));
}

Result<Context, ContextFailure> serverContext(const QString &pemFile)
{
    auto context = newContext(TLS_server_method());
    if (!context)
        return Err {libraryFailure()};
    if (const auto used = useCertificates(context.get(), pemFile); !used)
        return Err {used.error()};
    const auto key = readKey(pemFile);
    if (!key)
        return Err {key.error()};
    if (SSL_CTX_use_PrivateKey(context.get(), key->get()) != 1
        || SSL_CTX_check_private_key(context.get()) != 1)
        return Err {ContextFailure {ContextError::NoKey,
                                    pemFile + QStringLiteral(": ") + takeOpensslReason()}};
    return share(std::move(context));
}

Result<QByteArray, ContextFailure> fingerprint(const QString &pemFile)
{
    const auto certificates = readCertificates(pemFile, ContextError::NoCertificate);
    if (!certificates)
        return Err {certificates.error()};
    return digestHex(certificates->front().get(), EVP_sha256());
}

void leaveThread()
{
    OPENSSL_thread_stop();
}

} // namespace kite::tls
