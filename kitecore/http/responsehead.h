#pragma once

#include <QByteArray>

namespace kite::http {

/// Writes the head of an answer: `ResponseHead(200).add("Content-Length", 5).take()`.
class ResponseHead
{
public:
    /// @param reason empty: the usual one of that status.
    explicit ResponseHead(int status, QByteArrayView reason = {});

    /// Control characters in `value` become blanks: whatever stands in a name of a file, it never
    /// becomes a header of its own.
    ResponseHead &add(QByteArrayView name, QByteArrayView value);
    ResponseHead &add(QByteArrayView name, quint64 value);

    /// The finished head with its blank line; nothing can be added afterwards.
    QByteArray take();

private:
    QByteArray m_head;
};

} // namespace kite::http
