#pragma once

#include <optional>

#include <QHostAddress>

namespace kite::origin {

/// Addresses that share their first bits.
class AddressRange
{
public:
    /// `192.0.2.7`, `192.0.2` (PageKite's word for 192.0.2.0/24), `192.0.2.0/24`, `2001:db8::1`,
    /// `2001:db8::/32`; IPv4 in IPv6 form counts as IPv4. @return std::nullopt for anything else.
    static std::optional<AddressRange> parse(const QString &text);

    /// IPv4 in IPv6 form (`::ffff:`) counts as IPv4.
    bool contains(const QHostAddress &address) const;
    QString toString() const;

private:
    AddressRange(const QHostAddress &network, int bits) : m_network(network), m_bits(bits) {}

    std::optional<AddressRange> unmappedRange() const;

    QHostAddress m_network;
    int m_bits;
};

} // namespace kite::origin
