#include "kitecore/origin/addressrange.h"

#include <algorithm>

namespace kite::origin {

namespace {

QHostAddress unmapped(const QHostAddress &address)
{
    bool isMapped = false;
    const QHostAddress v4(address.toIPv4Address(&isMapped)); // also of `::`, which is no such form
    return isMapped && address != QHostAddress(QHostAddress::AnyIPv6) ? v4 : address;
}

/// Qt would take `7` and `127.1` for addresses too, zones, and blanks around.
bool isWritten(const QString &text)
{
    const bool isPlain = std::ranges::all_of(text, [](QChar c) {
        return c == QLatin1Char('.') || c == QLatin1Char(':') || c.isDigit() || c.isLetter();
    });
    return isPlain && (text.contains(QLatin1Char(':')) || text.count(QLatin1Char('.')) == 3);
}

} // namespace

/// Who comes by IPv4 is asked for by IPv4: a range of mapped addresses would never hold anybody.
/// std::nullopt: it is wider than all of these.
std::optional<AddressRange> AddressRange::unmappedRange() const
{
    constexpr int mappedBits = 96; // RFC 4291, 2.5.5.2
    const auto v4 = unmapped(m_network);
    if (v4 == m_network)
        return *this;
    return m_bits < mappedBits ? std::nullopt
                               : std::optional(AddressRange(v4, m_bits - mappedBits));
}

std::optional<AddressRange> AddressRange::parse(const QString &text)
{
    const auto slash = text.indexOf(QLatin1Char('/'));
    QString written = slash < 0 ? text : text.first(slash);
    int bits = -1;
    if (slash >= 0) {
        const auto number = QStringView(text).sliced(slash + 1);
        bool fits = false;
        bits = int(number.toUShort(&fits));
        if (!fits || number.front().isSpace() || number.startsWith(QLatin1Char('+')))
            return std::nullopt;
    } else if (written.count(QLatin1Char('.')) == 2 && !written.contains(QLatin1Char(':'))) {
        written += QLatin1String(".0");
        bits = 24;
    }
    QHostAddress network;
    if (!isWritten(written) || !network.setAddress(written))
        return std::nullopt;
    const int most = network.protocol() == QAbstractSocket::IPv4Protocol ? 32 : 128;
    if (bits > most)
        return std::nullopt;
    return AddressRange(network, bits < 0 ? most : bits).unmappedRange();
}

bool AddressRange::contains(const QHostAddress &address) const
{
    return unmapped(address).isInSubnet(m_network, m_bits);
}

QString AddressRange::toString() const
{
    return m_network.toString() + QLatin1Char('/') + QString::number(m_bits);
}

} // namespace kite::origin
