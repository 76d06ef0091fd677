#include "kitecore/http/ownpages.h"

namespace kite::http {

namespace {

QByteArray closest(const OwnPages &pages, const QByteArray &host)
{
    QByteArray page = pages.value({});
    qsizetype longest = 0;
    for (const auto &[domain, address] : pages.asKeyValueRange()) {
        const bool fits = host == domain || host.endsWith('.' + domain);
        if (!domain.isEmpty() && fits && domain.size() > longest) {
            page = address;
            longest = domain.size();
        }
    }
    return page;
}

} // namespace

QByteArray ownPageFor(const OwnPages &pages, AwaySide side, QByteArrayView protocol,
                      const QByteArray &host, std::initializer_list<PageDetail> more)
{
    auto page = closest(pages, host);
    if (!page.contains('?'))
        return page;
    const auto add = [&page](const PageDetail &detail) {
        page += '&' + detail.first.toByteArray() + '='
            + detail.second.toByteArray().toPercentEncoding();
    };
    add({"where", side == AwaySide::Relay ? "FE" : "BE"});
    add({"proto", protocol});
    add({"domain", host});
    for (const auto &detail : more) {
        if (!detail.second.isEmpty())
            add(detail);
    }
    return page;
}

} // namespace kite::http
