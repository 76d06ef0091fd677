#include "kitecore/relay/condition.h"

#include <QFile>
#include <QHostAddress>

#include "kitecore/base/logging.h"

namespace kite::relay {

namespace {

std::optional<int> numberIn(const QString &path)
{
    static constexpr qint64 enough = 64;
    QFile file(path);
    if (path.isEmpty() || !file.open(QIODevice::ReadOnly))
        return std::nullopt;
    return OverloadLimit::readFile(file.read(enough));
}

} // namespace

Condition::Condition(net::Loop &loop, const RelayOptions &options,
                     const std::atomic<int> &connections, Circumstances &circumstances)
    : m_loop(loop)
    , m_overload(options.overload)
    , m_domains(options.dnsHints)
    , m_connections(connections)
    , m_circumstances(circumstances)
    , m_limit(options.overload)
    , m_hints(options.dnsHints.size())
    , m_lookups(size_t(options.dnsHints.size()))
{
    m_circumstances.setOverloaded(false);
    m_circumstances.setDnsHints({});
    if (m_overload.connections > 0)
        look();
    if (!options.dnsHints.isEmpty())
        lookUp();
}

void Condition::look()
{
    const int connections = m_connections.load(std::memory_order_relaxed);
    m_limit.learn(connections, Burden::now(), numberIn(m_overload.file));
    m_circumstances.setOverloaded(m_limit.isReached(connections));
    m_nextLook = m_loop.deadlines().after(lookAfter, [this] { look(); });
}

void Condition::lookUp()
{
    for (qsizetype i = 0; i < m_domains.size(); ++i)
        m_lookups[size_t(i)] = std::make_unique<net::HostLookup>(
            QString::fromLatin1(m_domains[i]),
            [this, i](const QHostInfo &info) { found(i, info); });
    m_nextLookUp = m_loop.deadlines().after(lookUpAfter, [this] { lookUp(); });
}

/// What was found last stays where nothing is found now.
void Condition::found(qsizetype index, const QHostInfo &info)
{
    static constexpr qsizetype most = 16;
    QByteArrayList addresses;
    for (const auto &address : info.addresses())
        addresses.append(address.toString().toLatin1());
    if (!addresses.isEmpty())
        m_hints[index]
            = m_domains[index] + ' ' + addresses.first(std::min(most, addresses.size())).join(',');
    auto known = m_hints;
    known.removeAll({});
    m_circumstances.setDnsHints(known);
}

} // namespace kite::relay
