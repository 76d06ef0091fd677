#pragma once

#include <QByteArray>
#include <QDebug>

namespace kite::secrets {

/// A secret in memory: zeroed when it goes, and never printed. Copies are deep.
class Secret
{
public:
    Secret() = default;
    explicit Secret(QByteArrayView bytes);
    Secret(const Secret &other);
    Secret(Secret &&other) noexcept;
    Secret &operator=(Secret other) noexcept;
    ~Secret();

    bool isEmpty() const { return m_bytes.isEmpty(); }
    /// The bytes, for hashing and for a store. Do not keep, do not print.
    QByteArrayView reveal() const { return m_bytes; }

    bool operator==(const Secret &other) const; ///< constant-time

private:
    QByteArray m_bytes;
};

/// Prints `Secret(set)` or `Secret(empty)`.
QDebug operator<<(QDebug debug, const Secret &secret);

} // namespace kite::secrets
