#include "app/cli/lastword.h"

#include <algorithm>

#include "kitecore/settings/kitelines.h"

namespace kite::cli {

namespace {

using enum Act;

bool isOneOf(const Setting &setting, std::initializer_list<Act> acts)
{
    return std::ranges::count(acts, setting.option->act) > 0;
}

bool isService(const Setting &setting)
{
    return isOneOf(setting, {Defaults, WhiteLabel, WhiteLabelTls});
}

bool endsProxies(const Setting &setting)
{
    const QString kind = setting.value.section(QLatin1Char(':'), 0, 0).toLower();
    return setting.option->act == NoProxy || (setting.option->act == Proxy && kind == u"none");
}

/// Of `[DOMAIN:]URL`; empty for all domains.
QString domainOf(const QString &page)
{
    const QString first = page.section(QLatin1Char(':'), 0, 0).toLower();
    return first == u"http" || first == u"https" ? QString() : first;
}

/// What a value of `PROTOCOLS:NAME:SECRET`, `REAL:REPORTED`, `NAME:PEM`, `NAME/PORT:KEY:VALUE` or
/// `[NAME:]N/SECONDS` is about.
QString subjectOf(const Setting &setting)
{
    switch (setting.option->act) {
    case Domain:
        return setting.value.section(QLatin1Char(':'), 1, 1).toLower();
    case PortAlias:
    case TlsEndpoint:
        return setting.value.section(QLatin1Char(':'), 0, 0).toLower();
    case ServiceCfg:
        return setting.value.section(QLatin1Char(':'), 0, 1).toLower();
    default:
        return setting.value.section(QLatin1Char(':'), 0, -2).toLower();
    }
}

bool addsUp(const Setting &flag)
{
    const auto read = settings::flagOf(flag.value);
    return read && settings::protects(*read);
}

bool takesPageBack(const Setting &later, const Setting &earlier)
{
    return later.value.isEmpty()
        || (!earlier.value.isEmpty() && domainOf(later.value) == domainOf(earlier.value));
}

} // namespace

bool takesBack(const Setting &later, const Setting &earlier)
{
    const Act before = earlier.option->act;
    switch (later.option->act) {
    case NoProxy:
    case Proxy:
        return endsProxies(later) && isOneOf(earlier, {Proxy, Socksify, Torify});
    case All:
        return before == NoAll;
    case NoAll:
        return before == All;
    case Daemonize:
        return before == NoDaemonize;
    case NoDaemonize:
        return before == Daemonize;
    case ErrorUrl:
        return before == ErrorUrl && takesPageBack(later, earlier);
    case Domain:
    case PortAlias:
    case RateLimitIps:
    case TlsEndpoint:
        return before == later.option->act && subjectOf(later) == subjectOf(earlier);
    case ServiceCfg:
        return before == ServiceCfg && !addsUp(later) && subjectOf(later) == subjectOf(earlier);
    case NoUpgradeInfo:
        return before == UpgradeInfo;
    case CertName:
        return later.value.isEmpty() && (before == CertName || isService(earlier));
    case DynDns:
        return before == DynDns || isService(earlier);
    case Frontends:
        return before == Frontends || isService(earlier);
    case Defaults:
    case WhiteLabel:
    case WhiteLabelTls:
        return isOneOf(earlier, {Frontends, DynDns}) || isService(earlier);
    default:
        return before == later.option->act && !isAdditive(*later.option)
            && (before != None || earlier.option == later.option);
    }
}

} // namespace kite::cli
