#pragma once

#include <chrono>
#include <optional>

#include <QByteArray>

namespace kite::wire {

/// Signature lengths in use (PROTOCOL.md 5).
inline constexpr qsizetype signatureLength = 36;
inline constexpr qsizetype dynamicDnsSignatureLength = 100;

/// PageKite's salted SHA-1 signature, bit exact (PROTOCOL.md 5). `token`: any unpredictable hex
/// string that does not begin with `t`; only its first 8 characters count. With `time` the
/// signature is bound to a window of 600 s.
QByteArray sign(QByteArrayView token, QByteArrayView secret, QByteArrayView payload,
                std::optional<std::chrono::seconds> time = std::nullopt,
                qsizetype length = signatureLength);

/// Whether `signature` was made by sign() with this secret and payload; for one with a time, in
/// the running or the previous window. Takes the same time whatever differs (constant-time
/// compare). An empty secret proves nothing: false.
bool checkSignature(QByteArrayView signature, QByteArrayView secret, QByteArrayView payload,
                    std::chrono::seconds now);

/// Compares without telling by its time where the first difference is. Different lengths: false.
bool equalConstantTime(QByteArrayView a, QByteArrayView b);

/// `bytes` random bytes from the system's generator, as lower-case hex.
QByteArray randomHex(qsizetype bytes);

} // namespace kite::wire
