#pragma once

#include <functional>
#include <memory>

#include <QHash>

#include "app/engine/neighbours.h"
#include "kitecore/base/result.h"
#include "kitecore/net/loop.h"
#include "kitecore/net/target.h"
#include "kitecore/relay/relayserver.h"
#include "kitecore/settings/kiteconfig.h"

namespace kite::app {

/// The relay in this process: serves kites to this computer as `NAME.localhost`, and to its network
/// when preferences say so. Runs while it has kites.
class EmbeddedRelay
{
    Q_DISABLE_COPY_MOVE(EmbeddedRelay)

public:
    /// Tried before any free port, when preferences name none.
    static constexpr quint16 usualPort = 7777;

    /// @param findHost how this computer is called in its network; asked again by moved()
    explicit EmbeddedRelay(net::Loop &loop, std::function<QString()> findHost = neighbourlyHost);
    ~EmbeddedRelay();

    /// Whether anybody could reach a kite of that protocol here: raw ones need a port of their own.
    static bool carries(const KiteId &kite) { return kite.protocol != "raw"; }

    /// All kites there are to serve, the newest last. Besides its own name the newest of http
    /// answers to `localhost`, and in the local network to every name of this computer. Listens
    /// when there are some and it does not, closes when there are none.
    struct LocalKite
    {
        KiteId id;
        std::shared_ptr<net::Target> target;
    };
    void setKites(const QList<LocalKite> &kites);
    /// Listens anew where `lan` or `port` differ.
    void setPreferences(const settings::Preferences &preferences);
    /// Tries again to listen, if it could not.
    void retry();
    /// The computer may be in another network, with another address.
    void moved();

    bool isListening() const { return m_port != 0; }
    quint16 port() const { return m_port; }     ///< 0: does not listen
    QString detail() const { return m_detail; } ///< why not
    /// Where to reach it from elsewhere in the network; `127.0.0.1` without `lan`.
    QString host() const;
    /// Address of the kite. The newest of http has one for the whole network, where that is wanted.
    QString urlOf(const KiteId &kite) const;

private:
    void listen();
    bool listenAt(quint16 port);
    void close();
    void enter();

    net::Loop &m_loop;
    const std::function<QString()> m_findHost;
    settings::Preferences m_preferences;
    QHash<KiteId, std::shared_ptr<net::Target>> m_entered;
    QList<LocalKite> m_kites;
    std::unique_ptr<relay::RelayServer> m_server;
    quint16 m_port = 0;
    quint16 m_lastPort = 0;
    QString m_networkHost;
    QString m_detail;
};

} // namespace kite::app
