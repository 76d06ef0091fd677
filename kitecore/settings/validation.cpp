#include "kitecore/settings/validation.h"

#include <algorithm>

#include <QDir>
#include <QFileInfo>
#include <QSet>

#include "kitecore/base/kiteid.h"

namespace kite::settings {

namespace {

constexpr qsizetype maxLabelBytes = 63; // RFC 1035, 2.3.4
constexpr qsizetype fingerprintDigits = 64;

bool isLabel(const QString &name)
{
    return name.size() <= maxLabelBytes && !name.contains(QLatin1Char('.'))
        && isDomain(name.toUtf8());
}

bool isFingerprint(const QString &text)
{
    return text.size() == fingerprintDigits && std::ranges::all_of(text, [](QChar c) {
               return QStringLiteral("0123456789abcdefABCDEF").contains(c);
           });
}

bool isHost(const QString &host)
{
    const auto parsed = Endpoint::parse(host, 1);
    return parsed && parsed->port == 1;
}

bool serves(const QString &domain, const QString &name)
{
    if (domain.isEmpty())
        return true;
    if (domain.startsWith(QLatin1String("*.")))
        return name.endsWith(QStringView(domain).sliced(1), Qt::CaseInsensitive)
            && name.size() >= domain.size();
    return name.compare(domain, Qt::CaseInsensitive) == 0;
}

std::optional<Fault> faultOfName(const Kite &kite, const Relay *relay)
{
    if (kite.name.isEmpty())
        return Fault::Empty;
    if (kite.relayId.isEmpty())
        return isLabel(kite.name) ? std::nullopt : std::optional(Fault::NotALabel);
    if (!isDomain(kite.name.toUtf8()))
        return Fault::BadName;
    if (relay != nullptr && !serves(relay->domain, kite.name))
        return Fault::OutsideDomain;
    return std::nullopt;
}

bool sameAddress(const Kite &a, const Kite &b)
{
    return a.relayId == b.relayId && a.protocol == b.protocol && a.publicPort == b.publicPort
        && a.name.compare(b.name, Qt::CaseInsensitive) == 0;
}

std::optional<Fault> faultOfPaths(const QStringList &paths)
{
    if (paths.isEmpty())
        return Fault::Empty;
    QSet<QString> names;
    for (const QString &path : paths) {
        if (path.isEmpty())
            return Fault::Empty;
        if (!QDir::isAbsolutePath(path))
            return Fault::NotAbsolute;
        const QFileInfo info(path);
        if (!info.isReadable() || !(info.isDir() || info.isFile()))
            return Fault::Missing;
        names.insert(QDir(QDir::cleanPath(path)).dirName());
    }
    if (names.size() < paths.size())
        return Fault::Clash;
    return std::nullopt;
}

QList<Finding> faultsOfPort(const Target &target)
{
    QList<Finding> found;
    if (target.endpoint.host.isEmpty())
        found << Finding {Field::Target, Fault::Empty};
    else if (!isHost(target.endpoint.host))
        found << Finding {Field::Target, Fault::BadHost};
    if (target.endpoint.port == 0)
        found << Finding {Field::Port, Fault::BadPort};
    return found;
}

} // namespace

QList<Finding> faultsOf(const Relay &relay)
{
    QList<Finding> found;
    if (relay.endpoint.host.isEmpty())
        found << Finding {Field::RelayHost, Fault::Empty};
    else if (!isHost(relay.endpoint.host))
        found << Finding {Field::RelayHost, Fault::BadHost};
    else if (relay.endpoint.port == 0)
        found << Finding {Field::RelayHost, Fault::BadPort};
    if (!relay.domain.isEmpty() && !isDomain(relay.domain.toUtf8()))
        found << Finding {Field::RelayDomain, Fault::BadName};
    if (!relay.fingerprint.isEmpty() && !isFingerprint(relay.fingerprint))
        found << Finding {Field::Fingerprint, Fault::BadPrint};
    if (!relay.authorityFile.isEmpty() && !QFileInfo(relay.authorityFile).isReadable())
        found << Finding {Field::Authority, Fault::Missing};
    return found;
}

QList<Finding> faultsOf(const Kite &kite, const Settings &settings)
{
    QList<Finding> found;
    const auto relay = std::ranges::find(settings.relays, kite.relayId, &Relay::id);
    const bool known = relay != settings.relays.end();
    if (!kite.relayId.isEmpty() && !known)
        found << Finding {Field::Relay, Fault::NoSuchRelay};
    if (kite.relayId.isEmpty() && kite.protocol == u"raw")
        found << Finding {Field::Relay, Fault::NeedsRelay};

    if (const auto fault = faultOfName(kite, known ? &*relay : nullptr))
        found << Finding {Field::Name, *fault};
    else if (std::ranges::any_of(settings.kites, [&](const Kite &other) {
                 return other.id != kite.id && sameAddress(other, kite);
             }))
        found << Finding {Field::Name, Fault::NameTaken};

    static const QStringList protocols {QStringLiteral("http"), QStringLiteral("https"),
                                        QStringLiteral("websocket"), QStringLiteral("raw")};
    if (!protocols.contains(kite.protocol))
        found << Finding {Field::Protocol, Fault::BadProtocol};

    if (kite.target.kind == Target::Kind::Port)
        found << faultsOfPort(kite.target);
    else if (const auto fault = faultOfPaths(kite.target.paths))
        found << Finding {Field::Target, *fault};
    return found;
}

} // namespace kite::settings
