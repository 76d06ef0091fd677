#include "kitecore/tls/pem.h"

#include <array>

#include <QFile>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>

namespace kite::tls {

namespace {

/// A file's bytes, zeroed when they go: there may be a key among them.
class PemBytes
{
    Q_DISABLE_COPY_MOVE(PemBytes)

public:
    explicit PemBytes(const QString &path)
    {
        QFile file(path);
        if (!file.open(QIODevice::ReadOnly | QIODevice::Unbuffered)) {
            m_fault = file.errorString();
            return;
        }
        m_bytes = file.read(maxPemBytes + 1);
        if (m_bytes.size() > maxPemBytes)
            m_fault = QStringLiteral("too long");
    }
    ~PemBytes() { OPENSSL_cleanse(m_bytes.data(), size_t(m_bytes.size())); }

    const QString &fault() const { return m_fault; }
    OwnedBio reader() const
    {
        return OwnedBio(BIO_new_mem_buf(m_bytes.constData(), int(m_bytes.size())));
    }

private:
    QByteArray m_bytes;
    QString m_fault;
};

int noPassphrase(char *, int, int, void *)
{
    return -1;
}

ContextFailure failure(ContextError error, const QString &file, const QString &reason)
{
    return {error, QStringLiteral("%1: %2").arg(file, reason)};
}

} // namespace

QString takeOpensslReason()
{
    std::array<char, 256> text {};
    const auto code = ERR_peek_last_error();
    ERR_error_string_n(code, text.data(), text.size());
    ERR_clear_error();
    return code == 0 ? QStringLiteral("unknown reason") : QString::fromLatin1(text.data());
}

Result<std::vector<OwnedCertificate>, ContextFailure> readCertificates(const QString &pemFile,
                                                                       ContextError why)
{
    const PemBytes bytes(pemFile);
    if (!bytes.fault().isEmpty())
        return Err {failure(why, pemFile, bytes.fault())};
    std::vector<OwnedCertificate> certificates;
    const auto reader = bytes.reader();
    while (auto *certificate = PEM_read_bio_X509(reader.get(), nullptr, noPassphrase, nullptr))
        certificates.emplace_back(certificate);
    const bool atEnd = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    if (!atEnd)
        return Err {failure(why, pemFile, takeOpensslReason())};
    ERR_clear_error();
    if (certificates.empty())
        return Err {failure(why, pemFile, QStringLiteral("no certificate inside"))};
    return certificates;
}

Result<OwnedKey, ContextFailure> readKey(const QString &pemFile)
{
    const PemBytes bytes(pemFile);
    if (!bytes.fault().isEmpty())
        return Err {failure(ContextError::NoKey, pemFile, bytes.fault())};
    OwnedKey key(PEM_read_bio_PrivateKey(bytes.reader().get(), nullptr, noPassphrase, nullptr));
    if (!key)
        return Err {failure(ContextError::NoKey, pemFile, takeOpensslReason())};
    return key;
}

QByteArray digestHex(const X509 *certificate, const EVP_MD *algorithm)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest {};
    unsigned int bytes = 0;
    if (X509_digest(certificate, algorithm, digest.data(), &bytes) != 1)
        return {};
    return QByteArray(reinterpret_cast<const char *>(digest.data()), qsizetype(bytes)).toHex();
}

} // namespace kite::tls
