#include "kitecore/origin/passwords.h"

#include <QCryptographicHash>

#include "kitecore/http/fieldsyntax.h"

namespace kite::origin {

namespace {

QByteArray digestOf(QByteArrayView pair)
{
    return QCryptographicHash::hash(pair, QCryptographicHash::Sha256);
}

/// Looks at every byte, whatever it finds.
bool isSame(const QByteArray &a, const QByteArray &b)
{
    unsigned differences = 0;
    for (qsizetype at = 0; at < a.size(); ++at)
        differences |= unsigned(static_cast<unsigned char>(a[at] ^ b[at]));
    return differences == 0;
}

} // namespace

void Passwords::add(QByteArrayView name, QByteArrayView password)
{
    QByteArray pair = name.toByteArray() + ':' + password.toByteArray();
    m_digests.push_back(digestOf(pair));
    pair.fill('\0');
}

bool Passwords::accept(QByteArrayView authorization) const
{
    constexpr QByteArrayView scheme("Basic ");
    if (authorization.size() <= scheme.size()
        || !http::sameWord(authorization.first(scheme.size()), scheme))
        return false;
    const auto encoded = http::trimBlanks(authorization.sliced(scheme.size())).toByteArray();
    const auto pair
        = QByteArray::fromBase64Encoding(encoded, QByteArray::AbortOnBase64DecodingErrors);
    if (!pair)
        return false;
    const auto digest = digestOf(*pair);
    bool known = false;
    for (const auto &candidate : m_digests)
        known |= isSame(candidate, digest);
    return known;
}

} // namespace kite::origin
