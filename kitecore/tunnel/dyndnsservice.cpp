#include "kitecore/tunnel/dyndnsservice.h"

#include <algorithm>
#include <array>

#include "kitecore/wire/signature.h"

namespace kite::tunnel {

namespace {

struct Provider
{
    QStringView name;
    QStringView urlTemplate;
};

constexpr QStringView signedQuery = u"/?hostname=%(domain)s&myip=%(ips)s&sign=%(sign)s";

constexpr std::array providers {
    Provider {u"pagekite.net",
              u"http://up.pagekite.net/?hostname=%(domain)s&myip=%(ips)s&sign=%(sign)s"},
    Provider {u"beanstalks.net",
              u"http://up.b5p.us/?hostname=%(domain)s&myip=%(ips)s&sign=%(sign)s"},
    Provider {u"dyndns.org",
              u"https://%(user)s:%(pass)s@members.dyndns.org/nic/update?wildcard=NOCHG&backmx=NOCHG"
              u"&hostname=%(domain)s&myip=%(ip)s"},
    Provider {u"no-ip.com",
              u"https://%(user)s:%(pass)s@dynupdate.no-ip.com/nic/update?hostname=%(domain)s"
              u"&myip=%(ip)s"},
};

QString escaped(const QByteArray &value)
{
    // commas and colons of address lists mean themselves in a query (RFC 3986, 3.4)
    return QString::fromLatin1(QUrl::toPercentEncoding(QString::fromUtf8(value), ",:"));
}

QString escapedLogin(const QByteArray &value)
{
    return QString::fromLatin1(QUrl::toPercentEncoding(QString::fromUtf8(value)));
}

} // namespace

std::optional<DynDnsService> DynDnsService::parse(const QString &text)
{
    if (text.contains(u"://")) {
        const DynDnsService service(text);
        const QUrl sample = service.request({"a.test", secrets::Secret("x")},
                                            {QHostAddress(QHostAddress::LocalHost)}, "0");
        const bool isWeb = sample.scheme() == u"http" || sample.scheme() == u"https";
        return sample.isValid() && isWeb && !sample.host().isEmpty() ? std::optional(service)
                                                                     : std::nullopt;
    }
    const auto at = text.lastIndexOf(QLatin1Char('@'));
    const QString name = text.sliced(at + 1).toLower();
    const auto *const known = std::ranges::find(providers, name, &Provider::name);
    if (known == providers.end())
        return std::nullopt;
    DynDnsService service(known->urlTemplate.toString(), name);
    if (at >= 0) {
        const QString login = text.first(at);
        service.m_user = login.section(QLatin1Char(':'), 0, 0).toUtf8();
        service.m_password = login.section(QLatin1Char(':'), 1).toUtf8();
    }
    return service;
}

DynDnsService DynDnsService::ofPageKite()
{
    return DynDnsService(providers.front().urlTemplate.toString(),
                         providers.front().name.toString());
}

DynDnsService DynDnsService::ofReseller(const QString &domain, Scheme scheme)
{
    return DynDnsService((scheme == Scheme::Https ? QStringLiteral("https://dnsup.")
                                                  : QStringLiteral("http://dnsup."))
                         + domain + signedQuery.toString());
}

QString DynDnsService::toString() const
{
    const QString stars = QStringLiteral("******");
    if (m_provider.isEmpty()) { // a password may stand in the template itself
        QString shown = m_template;
        const auto begin = shown.indexOf(u"://") + 3;
        const auto path = shown.indexOf(QLatin1Char('/'), begin);
        const auto at = shown.lastIndexOf(QLatin1Char('@'), path < 0 ? -1 : path);
        return at < begin ? shown : shown.replace(begin, at - begin, stars);
    }
    if (m_user.isEmpty())
        return m_provider;
    return QString::fromUtf8(m_user) + QLatin1Char(':') + stars + QLatin1Char('@') + m_provider;
}

QUrl DynDnsService::request(const DynDnsName &name, const QList<QHostAddress> &addresses,
                            QByteArrayView token) const
{
    QByteArrayList list;
    for (const QHostAddress &address : addresses)
        list.append(address.toString().toLatin1());
    const QByteArray all = list.join(',');
    const QByteArray sign = wire::sign(token, name.secret.reveal(), name.domain + ':' + all,
                                       std::nullopt, wire::dynamicDnsSignatureLength);
    const std::array<std::pair<QStringView, QString>, 6> values {{
        {u"%(domain)s", escaped(name.domain)},
        {u"%(ips)s", escaped(all)},
        {u"%(ip)s", escaped(list.value(0))},
        {u"%(sign)s", escaped(sign)},
        {u"%(user)s", escapedLogin(m_user)},
        {u"%(pass)s", escapedLogin(m_password)},
    }};
    QString url;
    for (qsizetype at = 0; at < m_template.size();) { // one pass: values hold no placeholders
        const auto rest = QStringView(m_template).sliced(at);
        const auto *const value = std::ranges::find_if(
            values, [&](const auto &each) { return rest.startsWith(each.first); });
        if (value == values.end()) {
            url += m_template[at++];
            continue;
        }
        url += value->second;
        at += value->first.size();
    }
    return QUrl(url, QUrl::StrictMode);
}

bool DynDnsService::isSuccess(QByteArrayView body)
{
    return body.startsWith("good") || body.startsWith("nochg");
}

} // namespace kite::tunnel
