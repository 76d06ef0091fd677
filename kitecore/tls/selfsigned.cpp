#include <array>
#include <filesystem>

#include <QFileInfo>
#include <QTemporaryFile>
#ifdef Q_OS_UNIX
#include <unistd.h>
#endif

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>

#include "kitecore/tls/context.h"
#include "kitecore/tls/openssl.h"

namespace kite::tls {

namespace {

constexpr long secondsPerDay = 24L * 60 * 60;
constexpr int lifeDays = 3650;
constexpr qsizetype maxCommonNameBytes = 64; // RFC 5280, ub-common-name

ContextFailure libraryFailure()
{
    return {ContextError::Library, takeOpensslReason()};
}

/// 127 random bits (RFC 5280, 4.1.2.2: positive, at most 20 octets).
bool setSerial(X509 *certificate)
{
    std::array<unsigned char, 16> serial {};
    if (RAND_bytes(serial.data(), int(serial.size())) != 1)
        return false;
    serial[0] &= 0x7f;
    const std::unique_ptr<BIGNUM, FreeBy<BN_free>> number(
        BN_bin2bn(serial.data(), int(serial.size()), nullptr));
    return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate));
}

/// Subject and issuer are the same: the first name.
bool setSubject(X509 *certificate, const QByteArrayList &names)
{
    const auto name
        = (names.isEmpty() ? QByteArray("Kiteline") : names.first()).left(maxCommonNameBytes);
    auto *subject = X509_get_subject_name(certificate);
    return X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_UTF8,
                                      reinterpret_cast<const unsigned char *>(name.constData()),
                                      int(name.size()), -1, 0)
        == 1
        && X509_set_issuer_name(certificate, subject) == 1;
}

/// An address or a DNS name. Built by hand: a configuration string would let a name add others.
GENERAL_NAME *makeAltName(const QByteArray &name)
{
    auto *alt = GENERAL_NAME_new();
    if (auto *address = a2i_IPADDRESS(name.constData())) {
        GENERAL_NAME_set0_value(alt, GEN_IPADD, address);
    } else {
        auto *text = ASN1_IA5STRING_new();
        ASN1_STRING_set(text, name.constData(), int(name.size()));
        GENERAL_NAME_set0_value(alt, GEN_DNS, text);
    }
    return alt;
}

bool addExtension(X509 *certificate, int nid, const char *value)
{
    const std::unique_ptr<X509_EXTENSION, FreeBy<X509_EXTENSION_free>> extension(
        X509V3_EXT_conf_nid(nullptr, nullptr, nid, value));
    return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool addExtensions(X509 *certificate, const QByteArrayList &names)
{
    if (!addExtension(certificate, NID_basic_constraints, "critical,CA:FALSE")
        || !addExtension(certificate, NID_key_usage, "critical,digitalSignature")
        || !addExtension(certificate, NID_ext_key_usage, "serverAuth"))
        return false;
    if (names.isEmpty())
        return true;
    const OwnedAltNames altNames(GENERAL_NAMES_new());
    for (const QByteArray &name : names)
        sk_GENERAL_NAME_push(altNames.get(), makeAltName(name));
    return X509_add1_ext_i2d(certificate, NID_subject_alt_name, altNames.get(), 0,
                             X509V3_ADD_DEFAULT)
        == 1;
}

OwnedCertificate makeCertificate(EVP_PKEY *key, const QByteArrayList &names)
{
    OwnedCertificate certificate(X509_new());
    constexpr long version3 = 2;
    const bool made = certificate && X509_set_version(certificate.get(), version3) == 1
        && setSerial(certificate.get())
        // a day back: the clocks of two computers differ
        && X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -secondsPerDay)
        && X509_time_adj_ex(X509_getm_notAfter(certificate.get()), lifeDays, 0, nullptr)
        && X509_set_pubkey(certificate.get(), key) == 1 && setSubject(certificate.get(), names)
        && addExtensions(certificate.get(), names)
        && X509_sign(certificate.get(), key, EVP_sha256()) != 0;
    return made ? std::move(certificate) : nullptr;
}

/// The reader's memory is zeroed by OpenSSL when it goes.
OwnedBio toPem(X509 *certificate, EVP_PKEY *key)
{
    OwnedBio pem(BIO_new(BIO_s_mem()));
    const bool written = pem
        && PEM_write_bio_PKCS8PrivateKey(pem.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1
        && PEM_write_bio_X509(pem.get(), certificate) == 1;
    return written ? std::move(pem) : nullptr;
}

ContextFailure fileFailure(const QString &file, const QString &reason)
{
    return {ContextError::NoCertificate, QStringLiteral("%1: %2").arg(file, reason)};
}

/// A temporary file is private from its first moment (QSaveFile's is not), and renaming is atomic.
Result<void, ContextFailure> save(BIO *pem, const QString &pemFile)
{
    char *text = nullptr;
    const auto bytes = BIO_get_mem_data(pem, &text);
    QTemporaryFile file(pemFile + QStringLiteral(".XXXXXX"));
    if (!file.open() || file.write(text, bytes) != bytes || !file.flush())
        return Err {fileFailure(pemFile, file.errorString())};
#ifdef Q_OS_UNIX
    if (fsync(file.handle()) != 0)
        return Err {fileFailure(pemFile, qt_error_string())};
#endif
    const auto temporary = file.fileName();
    file.close();
    std::error_code failure;
    std::filesystem::rename(QFileInfo(temporary).filesystemFilePath(),
                            QFileInfo(pemFile).filesystemFilePath(), failure);
    if (failure)
        return Err {fileFailure(pemFile, QString::fromStdString(failure.message()))};
    file.setAutoRemove(false);
    return {};
}

} // namespace

Result<void, ContextFailure> makeSelfSigned(const QString &pemFile, const QByteArrayList &names)
{
    const OwnedKey key(EVP_EC_gen("P-256"));
    if (!key)
        return Err {libraryFailure()};
    const auto certificate = makeCertificate(key.get(), names);
    const auto pem = certificate ? toPem(certificate.get(), key.get()) : nullptr;
    if (!pem)
        return Err {libraryFailure()};
    ERR_clear_error(); // names that are no addresses leave traces
    return save(pem.get(), pemFile);
}

} // namespace kite::tls
