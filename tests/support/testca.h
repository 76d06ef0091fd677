#pragma once

#include <memory>

#include <QFile>
#include <QTemporaryDir>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace kite::test {

/// A certificate authority that lives as long as the test, with its files in a folder of its own.
/// Users link OpenSSL::Crypto.
class TestCa
{
    Q_DISABLE_COPY_MOVE(TestCa)

public:
    struct Wish
    {
        QByteArray altNames; ///< OpenSSL's spelling: `DNS:a.test,IP:127.0.0.1`; empty: none
        QByteArray commonName = "leaf";
        int validFromDays = -1;
        int validForDays = 30; ///< from now
    };

    TestCa()
        : m_key(EVP_EC_gen("P-256"))
        , m_certificate(make({{}, "Test authority"}, m_key.get(), "critical,CA:TRUE"))
    {
        write(authorityFile(), m_certificate.get(), nullptr, nullptr);
    }

    QString authorityFile() const { return m_folder.filePath(QStringLiteral("authority.pem")); }
    QString folder() const { return m_folder.path(); }

    /// A file with key, certificate and this authority's certificate.
    QString issue(const Wish &wish)
    {
        const Key key(EVP_EC_gen("P-256"));
        const auto certificate = make(wish, key.get(), "critical,CA:FALSE");
        const auto file = m_folder.filePath(QStringLiteral("leaf%1.pem").arg(++m_issued));
        write(file, certificate.get(), key.get(), m_certificate.get());
        return file;
    }
    QString issue(const QByteArray &altNames) { return issue(Wish {altNames}); }

private:
    struct Free
    {
        void operator()(EVP_PKEY *key) const { EVP_PKEY_free(key); }
        void operator()(X509 *certificate) const { X509_free(certificate); }
        void operator()(BIO *bio) const { BIO_free_all(bio); }
    };
    using Key = std::unique_ptr<EVP_PKEY, Free>;
    using Certificate = std::unique_ptr<X509, Free>;

    Certificate make(const Wish &wish, EVP_PKEY *key, const char *constraints)
    {
        constexpr long secondsPerDay = 24L * 60 * 60;
        Certificate made(X509_new());
        X509_set_version(made.get(), 2);
        ASN1_INTEGER_set(X509_get_serialNumber(made.get()), ++m_serial);
        X509_gmtime_adj(X509_getm_notBefore(made.get()), wish.validFromDays * secondsPerDay);
        X509_gmtime_adj(X509_getm_notAfter(made.get()), wish.validForDays * secondsPerDay);
        X509_set_pubkey(made.get(), key);
        auto *subject = X509_get_subject_name(made.get());
        X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_UTF8,
                                   reinterpret_cast<const unsigned char *>(wish.commonName.data()),
                                   int(wish.commonName.size()), -1, 0);
        X509_set_issuer_name(made.get(),
                             m_certificate ? X509_get_subject_name(m_certificate.get()) : subject);
        extend(made.get(), NID_basic_constraints, constraints);
        if (!wish.altNames.isEmpty())
            extend(made.get(), NID_subject_alt_name, wish.altNames.constData());
        if (X509_sign(made.get(), m_key.get(), EVP_sha256()) == 0)
            qFatal("cannot sign a test certificate");
        return made;
    }

    static void extend(X509 *certificate, int nid, const char *value)
    {
        auto *extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value);
        if (!extension)
            qFatal("cannot make extension %s", value);
        X509_add_ext(certificate, extension, -1);
        X509_EXTENSION_free(extension);
    }

    static void write(const QString &path, X509 *certificate, EVP_PKEY *key, X509 *issuer)
    {
        const std::unique_ptr<BIO, Free> bio(
            BIO_new_file(QFile::encodeName(path).constData(), "w"));
        if (!bio)
            qFatal("cannot write %s", qPrintable(path));
        if (key)
            PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
        PEM_write_bio_X509(bio.get(), certificate);
        if (issuer)
            PEM_write_bio_X509(bio.get(), issuer);
    }

    QTemporaryDir m_folder;
    long m_serial = 0;
    int m_issued = 0;
    Key m_key;
    Certificate m_certificate;
};

} // namespace kite::test
