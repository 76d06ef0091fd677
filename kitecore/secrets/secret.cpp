#include "kitecore/secrets/secret.h"

#include <openssl/crypto.h>

namespace kite::secrets {

namespace {

/// Zeroes what nobody else shares; a deep copy never shares.
void wipe(QByteArray &bytes)
{
    if (!bytes.isEmpty())
        OPENSSL_cleanse(bytes.data(), size_t(bytes.size()));
    bytes.clear();
}

} // namespace

Secret::Secret(QByteArrayView bytes) : m_bytes(bytes.toByteArray()) {}

Secret::Secret(const Secret &other) : Secret(other.reveal()) {}

Secret::Secret(Secret &&other) noexcept
{
    m_bytes.swap(other.m_bytes);
}

Secret &Secret::operator=(Secret other) noexcept
{
    m_bytes.swap(other.m_bytes);
    return *this;
}

Secret::~Secret()
{
    wipe(m_bytes);
}

bool Secret::operator==(const Secret &other) const
{
    return m_bytes.size() == other.m_bytes.size()
        && CRYPTO_memcmp(m_bytes.constData(), other.m_bytes.constData(), size_t(m_bytes.size()))
        == 0;
}

QDebug operator<<(QDebug debug, const Secret &secret)
{
    const QDebugStateSaver saver(debug);
    debug.nospace() << (secret.isEmpty() ? "Secret(empty)" : "Secret(set)");
    return debug;
}

} // namespace kite::secrets
