#include "kitecore/net/hostlookup.h"

namespace kite::net {

HostLookup::HostLookup(const QString &host, Found found)
    : m_found(std::move(found))
    , m_id(QHostInfo::lookupHost(host, this, SLOT(lookedUp(QHostInfo))))
{
}

HostLookup::~HostLookup()
{
    QHostInfo::abortHostLookup(m_id);
}

void HostLookup::lookedUp(const QHostInfo &info)
{
    const auto found = std::move(m_found); // outlives this
    found(info);
}

} // namespace kite::net
