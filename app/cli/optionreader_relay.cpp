#include "app/cli/optionreader.h"

#include <algorithm>

namespace kite::cli {

OptionReader::Outcome OptionReader::host(const QString &value)
{
    QHostAddress address(value);
    if (value == u"localhost")
        address = QHostAddress(QHostAddress::LocalHost);
    else if (value == u"all" || value == u"*")
        address = QHostAddress(QHostAddress::Any);
    if (address.isNull())
        return bad(QStringLiteral("'%1' is no address of this computer.").arg(value));
    m_options.relay.addresses = {address};
    return {};
}

OptionReader::Outcome OptionReader::ports(const QString &value)
{
    QList<quint16> ports;
    for (const auto &text : commaList(value)) {
        const auto number = readPort(QString::fromUtf8(text));
        if (!number)
            return bad(QStringLiteral("'%1' is no port.").arg(QString::fromUtf8(text)));
        ports.append(*number);
    }
    if (ports.isEmpty())
        return bad(QStringLiteral("there is no port."));
    m_options.relay.ports = ports;
    m_options.portsGiven = true;
    return {};
}

OptionReader::Outcome OptionReader::protos(const QString &value)
{
    const auto protocols = commaList(value);
    const auto odd = std::ranges::find_if_not(protocols, isProtoport);
    if (odd != protocols.end())
        return bad(QStringLiteral("'%1' is no protocol.").arg(QString::fromUtf8(*odd)));
    m_options.relay.protocols = protocols;
    return {};
}

OptionReader::Outcome OptionReader::rawPorts(const QString &value)
{
    const auto ports = commaList(value);
    for (const auto &port : ports) {
        if (port != "virtual" && !readPort(QString::fromUtf8(port)))
            return bad(QStringLiteral("'%1' is no port.").arg(QString::fromUtf8(port)));
    }
    m_options.relay.rawPorts = ports;
    return {};
}

OptionReader::Outcome OptionReader::domain(const QString &value)
{
    const auto fields = value.split(QLatin1Char(':'));
    if (fields.size() < 2 || fields.size() > 3)
        return bad(QStringLiteral("this is not PROTOCOLS:NAME:SECRET."));
    relay::Account account;
    account.protocols = fields[0].isEmpty() || fields[0] == u"*" ? m_options.relay.protocols
                                                                 : commaList(fields[0]);
    account.domain = fields[1].toLower().toUtf8();
    account.secret = secrets::Secret(fields.size() == 3 ? fields[2].toUtf8() : defaultSecret());
    if (!std::ranges::all_of(account.protocols, isProtoport))
        return bad(QStringLiteral("'%1' are no protocols.").arg(fields[0]));
    if (!isDomain(account.domain))
        return bad(QStringLiteral("'%1' is no name for kites.").arg(fields[1]));
    if (account.secret.isEmpty())
        return bad(
            QStringLiteral("%1 needs a secret: behind a third colon, in KITE_SECRET, or before "
                           "it by --secret-file.")
                .arg(fields[1]));
    m_options.relay.accounts.append(account);
    return {};
}

OptionReader::Outcome OptionReader::tlsEndpoint(const QString &value)
{
    const auto colon = value.indexOf(QLatin1Char(':'));
    const auto name = value.left(std::max<qsizetype>(colon, 0)).toLower().toUtf8();
    const auto pem = value.mid(colon + 1);
    if (!isDomain(name) || pem.isEmpty())
        return bad(QStringLiteral("'%1' is not NAME:PEM.").arg(value));
    m_options.relay.tlsNames.append({name, pem});
    return {};
}

OptionReader::Outcome OptionReader::tlsDefault(const QString &value)
{
    m_options.relay.tlsDefault = value.toLower().toUtf8();
    return {};
}

OptionReader::Outcome OptionReader::motd(const QString &path)
{
    static constexpr qsizetype most = 8192; // PROTOCOL.md, "Options"
    const auto text = m_files.read(path);
    if (!text)
        return bad(QStringLiteral("%1 cannot be read: %2.").arg(path, text.error()));
    m_options.relay.motd = text->left(most);
    return {};
}

OptionReader::Outcome OptionReader::workers(const QString &value)
{
    static constexpr int most = 256;
    return number(value, 0, most, m_options.relay.workers);
}

} // namespace kite::cli
