#include "kitecore/share/visitors.h"

namespace kite::share {

void Visitors::take(const std::shared_ptr<const Share> &share,
                    std::unique_ptr<net::ByteStream> stream, const net::Visitor &visitor)
{
    const Share *key = share.get();
    const auto [place, isNew] = m_served.try_emplace(key, Served {share, {}});
    if (isNew) // queued where the share ends on another thread
        connect(key, &Share::stopped, this, [this, key] { shareStopped(key); });
    auto connection = std::make_unique<ShareConnection>(
        m_loop, share, std::move(stream), visitor,
        [this, key](ShareConnection *over) { connectionOver(key, over); });
    ShareConnection &started = *connection;
    place->second.connections.emplace(&started, std::move(connection));
    started.start();
}

void Visitors::connectionOver(const Share *share, ShareConnection *connection)
{
    auto &connections = m_served.at(share).connections;
    auto ended = connections.extract(connection);
    m_loop.poller().retire(std::move(ended.mapped())); // it is on the call stack
}

void Visitors::shareStopped(const Share *share)
{
    auto ended = m_served.extract(share);
    if (ended.empty())
        return;
    for (auto &[connection, owned] : ended.mapped().connections) {
        connection->stop();
        m_loop.poller().retire(std::move(owned));
    }
}

} // namespace kite::share
