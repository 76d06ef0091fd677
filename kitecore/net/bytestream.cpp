#include "kitecore/net/bytestream.h"

#include <algorithm>
#include <cstring>

namespace kite::net {

Io ByteStream::read(std::span<char> into)
{
    if (m_unread.isEmpty())
        return readSome(into);
    const auto bytes = std::min(m_unread.size(), qsizetype(into.size()));
    std::memcpy(into.data(), m_unread.constData(), std::size_t(bytes));
    if (bytes == m_unread.size())
        m_unread = QByteArray(); // gives its memory back
    else
        m_unread.remove(0, bytes);
    return Io::moved(bytes);
}

void ByteStream::setInterest(Readiness wanted)
{
    if (m_interest == wanted)
        return;
    m_interest = wanted;
    interestChanged();
    if (m_interest.read && hasUnread())
        wakeUser({.read = true});
}

void ByteStream::unread(QByteArrayView bytes)
{
    m_unread.prepend(bytes);
    if (m_interest.read && hasUnread())
        wakeUser({.read = true});
}

void ByteStream::dropUserAndInterest()
{
    m_user = nullptr;
    m_interest = {};
}

void ByteStream::tellUser(Readiness readiness)
{
    const Readiness told {readiness.read && m_interest.read, readiness.write && m_interest.write};
    if (m_user == nullptr || told == Readiness {})
        return;
    if (told.read && hasUnread())
        wakeUser({.read = true}); // again, in case some is left; afterwards `this` may be gone
    m_user->streamReady(*this, told);
}

} // namespace kite::net
