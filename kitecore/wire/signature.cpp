#include "kitecore/wire/signature.h"

#include <algorithm>

#include <QCryptographicHash>

#include <openssl/crypto.h>
#include <openssl/rand.h>

namespace kite::wire {

namespace {

constexpr qsizetype tokenLength = 8;
constexpr std::chrono::seconds window {600};
constexpr char timedMark = 't';

/// Lower-case hex of the window's number, no prefix, no padding.
QByteArray windowName(std::chrono::seconds time)
{
    return QByteArray::number(qlonglong(std::max(time, std::chrono::seconds {}) / window), 16);
}

QByteArray signWith(QByteArrayView token, QByteArrayView secret, QByteArrayView payload,
                    QByteArrayView windowText, qsizetype length)
{
    Q_ASSERT(length >= tokenLength);
    const auto salt = token.first(std::min(token.size(), tokenLength));
    QCryptographicHash hash(QCryptographicHash::Sha1);
    for (const QByteArrayView part : {secret, payload, windowText, salt})
        hash.addData(part);
    return salt.toByteArray() + hash.result().toHex().left(length - tokenLength);
}

} // namespace

QByteArray sign(QByteArrayView token, QByteArrayView secret, QByteArrayView payload,
                std::optional<std::chrono::seconds> time, qsizetype length)
{
    if (!time)
        return signWith(token, secret, payload, {}, length);
    const QByteArray timed
        = timedMark + token.sliced(std::min<qsizetype>(token.size(), 1)).toByteArray();
    return signWith(timed, secret, payload, windowName(*time), length);
}

bool checkSignature(QByteArrayView signature, QByteArrayView secret, QByteArrayView payload,
                    std::chrono::seconds now)
{
    if (secret.isEmpty())
        return false;
    if (!signature.startsWith(timedMark))
        return equalConstantTime(signature, sign(signature, secret, payload));
    const bool running = equalConstantTime(signature, sign(signature, secret, payload, now));
    const bool previous
        = equalConstantTime(signature, sign(signature, secret, payload, now - window));
    return running || previous;
}

bool equalConstantTime(QByteArrayView a, QByteArrayView b)
{
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), size_t(a.size())) == 0;
}

QByteArray randomHex(qsizetype bytes)
{
    QByteArray random(bytes, Qt::Uninitialized);
    if (RAND_bytes(reinterpret_cast<unsigned char *>(random.data()), int(bytes)) != 1)
        qFatal("the system gives no random numbers");
    return random.toHex();
}

} // namespace kite::wire
