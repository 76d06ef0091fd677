#include "kitecore/relay/minecrafthello.h"

#include <algorithm>
#include <optional>

#include "kitecore/base/result.h"
#include "kitecore/relay/routinghost.h"

namespace kite::relay {

namespace {

/// A handshake has an address of at most 255 characters, of three bytes at most, and little else.
constexpr int maxPacketBytes = 1024;
/// Of a packet: number, version, length of the address, one character, port, wish.
constexpr int minPacketBytes = 7;
constexpr qsizetype maxVarintBytes = 5;

enum class VarintError : quint8 { Endless };

/// Little-endian groups of seven bits, each but the last with its top bit set.
/// @return std::nullopt while incomplete; else takes it off the front.
Result<std::optional<quint32>, VarintError> takeVarint(QByteArrayView &bytes)
{
    quint32 value = 0;
    for (qsizetype i = 0; i < std::min(bytes.size(), maxVarintBytes); ++i) {
        const auto group = quint8(bytes[i]);
        value |= quint32(group & 0x7fU) << (7 * i);
        if ((group & 0x80U) == 0) {
            bytes = bytes.sliced(i + 1);
            return std::optional(value);
        }
    }
    if (bytes.size() >= maxVarintBytes)
        return Err {VarintError::Endless};
    return std::optional<quint32>();
}

/// The next number of a packet that is complete.
std::optional<quint32> numberIn(QByteArrayView &packet)
{
    const auto number = takeVarint(packet);
    return number ? *number : std::nullopt;
}

/// What a complete handshake packet calls its server; empty: it is none.
QByteArrayView addressIn(QByteArrayView packet)
{
    constexpr qsizetype portAndWishBytes = 3;
    const auto number = numberIn(packet);
    const auto version = numberIn(packet);
    const auto size = numberIn(packet);
    if (number != 0U || !version || !size || qsizetype(*size) + portAndWishBytes > packet.size())
        return {};
    const auto address = packet.first(qsizetype(*size));
    const auto nul = address.indexOf('\0');
    return nul < 0 ? address : address.first(nul);
}

} // namespace

Likeness likensMinecraft(QByteArrayView bytes)
{
    auto rest = bytes;
    const auto length = takeVarint(rest);
    if (!length)
        return Likeness::No;
    if (!*length || rest.isEmpty())
        return bytes.size() < 3 ? Likeness::NeedMore : Likeness::No;
    const bool fits = **length >= minPacketBytes && **length <= maxPacketBytes;
    return fits && rest.front() == '\0' ? Likeness::Yes : Likeness::No;
}

Finding lookForMinecraft(QByteArrayView bytes)
{
    const auto length = takeVarint(bytes);
    if (!length || !*length || **length > maxPacketBytes)
        return Refusal {};
    if (bytes.size() < qsizetype(**length))
        return NeedMore {};
    const auto host = routingHost(addressIn(bytes.first(qsizetype(**length))));
    return host ? Finding {NamedVisit {Asking::Minecraft, *host}} : Refusal {};
}

} // namespace kite::relay
