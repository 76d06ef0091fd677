#include "app/engine/addresswatch.h"

#include <array>
#include <utility>

#include <QNetworkInterface>

#include "kitecore/net/socketcalls.h"

namespace kite::app {

QStringList AddressWatch::networks()
{
    QStringList all;
    for (const QNetworkInterface &interface : QNetworkInterface::allInterfaces()) {
        const auto flags = interface.flags();
        if (!flags.testFlag(QNetworkInterface::IsRunning)
            || flags.testFlag(QNetworkInterface::IsLoopBack))
            continue;
        for (const QNetworkAddressEntry &entry : interface.addressEntries()) {
            if (!entry.ip().isLinkLocal()) // every virtual interface has one
                all << interface.name() + QLatin1Char(' ') + entry.ip().toString();
        }
    }
    all.sort();
    return all;
}

AddressWatch::AddressWatch(net::Descriptor news, Look look, QObject *parent)
    : QObject(parent)
    , m_look(std::move(look))
    , m_seen(m_look())
    , m_news(std::move(news))
{
    watch();
}

AddressWatch::~AddressWatch() = default;

void AddressWatch::watch()
{
    if (!m_news.isOpen())
        return;
    m_notifier = std::make_unique<QSocketNotifier>(m_news.handle(), QSocketNotifier::Read);
    connect(m_notifier.get(), &QSocketNotifier::activated, this, &AddressWatch::drain);
}

void AddressWatch::drain()
{
    std::array<char, 4096> news {};
    auto status = net::Io::Status::Moved;
    while (status == net::Io::Status::Moved)
        status = net::calls::receive(m_news.handle(), news).status;
    if (status == net::Io::Status::Ended)
        m_notifier->setEnabled(false);
    compare();
}

void AddressWatch::compare()
{
    const QStringList before = std::exchange(m_seen, m_look());
    if (before != m_seen)
        Q_EMIT changed();
}

} // namespace kite::app
