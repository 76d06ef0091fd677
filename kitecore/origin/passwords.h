#pragma once

#include <vector>

#include <QByteArray>

namespace kite::origin {

/// Who may see a kite by name and password (HTTP Basic, RFC 7617). Keeps digests, no passwords.
class Passwords
{
public:
    /// @param name without a colon; both in UTF-8.
    void add(QByteArrayView name, QByteArrayView password);
    bool isEmpty() const { return m_digests.empty(); }

    /// Whether the value of an `Authorization` field is that of anybody here. Takes the same time
    /// whoever it is, and for nobody.
    bool accept(QByteArrayView authorization) const;

private:
    std::vector<QByteArray> m_digests; ///< SHA-256 of `name:password`
};

} // namespace kite::origin
