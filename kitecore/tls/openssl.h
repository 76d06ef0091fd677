#pragma once

#include <memory>

#include <QString>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

/// Owners for OpenSSL's objects. Used inside this module only.
namespace kite::tls {

template <auto Free>
struct FreeBy
{
    template <typename T>
    void operator()(T *object) const
    {
        Free(object);
    }
};

using OwnedBio = std::unique_ptr<BIO, FreeBy<BIO_free_all>>;
using OwnedCertificate = std::unique_ptr<X509, FreeBy<X509_free>>;
using OwnedKey = std::unique_ptr<EVP_PKEY, FreeBy<EVP_PKEY_free>>;
using OwnedContext = std::unique_ptr<SSL_CTX, FreeBy<SSL_CTX_free>>;
using OwnedAltNames = std::unique_ptr<GENERAL_NAMES, FreeBy<GENERAL_NAMES_free>>;

/// OpenSSL's reason for the last failure on this thread; empties its queue.
QString takeOpensslReason();

} // namespace kite::tls
