#include "app/cli/relayaddress.h"

#include <algorithm>

#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSslCertificate>

#include "app/cli/diskfiles.h"

namespace kite::cli {

namespace {

constexpr quint16 usualTlsPort = 443;

/// The first name that people can come by: a wildcard is none.
QString firstName(const relay::RelayOptions &options)
{
    QByteArrayList names {options.tlsDefault};
    for (const tls::ServerName &one : options.tlsNames)
        names.append(one.name);
    const auto found = std::ranges::find_if(
        names, [](const QByteArray &name) { return !name.isEmpty() && !name.startsWith('*'); });
    return found == names.end() ? QString() : QString::fromUtf8(found->toLower());
}

quint16 firstPort(const relay::RelayOptions &options, const QList<quint16> &ports)
{
    QList<quint16> seen;
    for (const quint16 port : ports)
        seen.append(options.publicPort(port));
    return seen.contains(usualTlsPort) ? usualTlsPort : seen.value(0);
}

/// Of two equal names the later counts, as in tls::ServerNames.
QString pemOf(const QByteArray &name, const QList<tls::ServerName> &names)
{
    const auto found = std::find_if(names.crbegin(), names.crend(),
                                    [&](const auto &one) { return one.name.toLower() == name; });
    return found == names.crend() ? QString() : found->pemFile;
}

/// Whose certificate answers those who come by this host. By an address nobody asks for a name (RFC
/// 6066, 3).
QString pemShownAt(const QString &host, const relay::RelayOptions &options)
{
    const auto &names = options.tlsNames;
    if (names.isEmpty())
        return {};
    auto name = host.toUtf8();
    if (!QHostAddress(host).isNull())
        name = options.tlsDefault.isEmpty() ? names.first().name : options.tlsDefault;
    name = name.toLower();
    const QString exact = pemOf(name, names);
    const auto dot = name.indexOf('.');
    return exact.isEmpty() && dot > 0 ? pemOf('*' + name.sliced(dot), names) : exact;
}

} // namespace

RelayAddress relayAddress(const Endpoint &said, const relay::RelayOptions &options,
                          const QList<quint16> &ports)
{
    RelayAddress address;
    address.relay.host = said.host.isEmpty() ? firstName(options) : said.host;
    address.relay.port = said.port == 0 ? firstPort(options, ports) : said.port;
    const QString pemFile = pemShownAt(address.relay.host, options);
    if (!pemFile.isEmpty())
        address.pemFile = QFileInfo(pemFile).absoluteFilePath();
    return address;
}

QByteArrayList certificateNames(const QString &pemFile)
{
    const auto certificates = QSslCertificate::fromPath(pemFile);
    if (certificates.isEmpty())
        return {};
    QByteArrayList names;
    const auto alternatives = certificates.first().subjectAlternativeNames().values(QSsl::DnsEntry);
    for (const QString &name : alternatives)
        names.append(name.toLower().toUtf8());
    if (names.isEmpty()) {
        for (const QString &name : certificates.first().subjectInfo(QSslCertificate::CommonName))
            names.append(name.toLower().toUtf8());
    }
    return names;
}

QString relayAddressFile(const QString &accountsFile)
{
    return accountsFile + QLatin1String(".relay");
}

Result<RelayAddress, QString> keptRelayAddress(const QString &accountsFile)
{
    const QString file = relayAddressFile(accountsFile);
    if (!QFileInfo::exists(file))
        return RelayAddress {};
    const auto bytes = DiskFiles({}).read(file);
    if (!bytes)
        return Err {bytes.error()};
    const auto kept = QJsonDocument::fromJson(*bytes).object();
    RelayAddress address;
    address.relay.host = kept.value(QLatin1String("host")).toString();
    const int port = kept.value(QLatin1String("port")).toInt();
    address.pemFile = kept.value(QLatin1String("certificate")).toString();
    if (port <= 0 || port > 0xffff)
        return Err {QStringLiteral("no relay wrote this")};
    address.relay.port = quint16(port);
    const bool isReadable = address.relay.host.isEmpty()
        || Endpoint::parse(address.relay.toString(), 0) == address.relay;
    if (!isReadable)
        return Err {QStringLiteral("no relay wrote this")};
    return address;
}

Result<void, QString> keepRelayAddress(const QString &accountsFile, const RelayAddress &address)
{
    if (!ensureFolderOf(accountsFile))
        return Err {QStringLiteral("its folder cannot be made")};
    QJsonObject kept {{QStringLiteral("port"), address.relay.port}};
    if (!address.relay.host.isEmpty())
        kept.insert(QStringLiteral("host"), address.relay.host);
    if (!address.pemFile.isEmpty())
        kept.insert(QStringLiteral("certificate"), address.pemFile);
    return writePrivately(relayAddressFile(accountsFile), QJsonDocument(kept).toJson(), {});
}

} // namespace kite::cli
