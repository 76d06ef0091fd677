#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include <QObject>

#include "kitecore/net/listener.h"
#include "kitecore/net/splice.h"
#include "kitecore/relay/arrival.h"
#include "kitecore/relay/clientlink.h"
#include "kitecore/relay/core.h"

namespace kite::relay {

/// One thread's share of a relay: accepts on all sockets, keeps the links that came to it, and
/// moves their visitors' bytes. A visitor for another worker's link is handed over, once, as soon
/// as that is known.
class Worker final : public QObject, private ArrivalHome, private LinkHome
{
    Q_OBJECT

public:
    /// Of this thread. Begins to accept. @param core outlives the worker.
    Worker(net::Loop &loop, Core &core);
    ~Worker() override;

    std::shared_ptr<LinkMail> mail() const { return m_mail; }
    std::shared_ptr<const stats::Meter> served() const { return m_served; }
    std::shared_ptr<const stats::Meter> turnedAway() const { return m_turnedAway; }

protected:
    void customEvent(QEvent *event) override;

private:
    net::Loop &loop() override { return m_loop; }
    LinkDesk &desk() override { return *m_settings->desk; }
    KiteRegistry &registry() override { return m_core.registry; }
    const KiteRegistry &registry() const override { return m_core.registry; }
    const RelayOptions &options() const override { return m_settings->options; }
    const tls::ServerNames &serverNames() const override { return m_settings->names; }
    const Doorman &doorman() const override { return *m_settings->doorman; }
    const AwayPages &pages() const override { return *m_settings->pages; }
    bool isLeaving() const override { return m_isLeaving; }

    RawVisitors &rawVisitors() override { return m_core.rawVisitors; }
    bool countAs(Permit &permit, const QString &address) override;
    void turnedAway(Refused why, const QString &whom) override;

    struct Accepted
    {
        std::unique_ptr<net::ByteStream> stream;
        std::shared_ptr<Permit> permit;
    };
    bool hasPlace(AddressPlaces &places, const AddressLimit &limit, const QString &address,
                  Permit &permit) const;
    std::optional<Accepted> admit(net::Descriptor socket, net::Peer peer);
    void accept(net::Descriptor socket, net::Peer peer, quint16 port);
    void acceptRaw(net::Descriptor socket, net::Peer peer, quint16 port);
    bool isAdmitted(const Route &route, const QString &address) const;
    void deliver(const Route &route, std::unique_ptr<net::ByteStream> stream,
                 const net::Visitor &visitor, std::shared_ptr<Permit> permit) override;
    bool mayWait(Arrival &arrival, Asking asking, quint16 port, const QByteArray &host) override;
    void greeted(std::unique_ptr<net::ByteStream> stream, QByteArrayView greetingHead,
                 std::shared_ptr<Permit> permit) override;
    void lastWords(std::unique_ptr<net::ByteStream> stream, const QByteArray &words,
                   std::shared_ptr<Permit> permit) override;
    void arrivalOver(Arrival &arrival) override;
    void linkOver(ClientLink &link) override;

    void read(Handover letter);
    void read(Greeted letter);
    void read(const LinksMoved &letter);
    void read(const PingLink &letter);
    void read(PingAnswer letter);
    void read(CloseLink letter);
    void read(const RulingLetter &letter);
    void read(KiteCame letter);
    void read(Reconfigure letter);
    void closeRevoked(const LinkDesk &before);
    void endContests();
    void read(const Relieve &letter);
    void memoryFull();
    void read(StopAccepting letter);
    void read(SayLeaving letter);
    void listen(const Doors &doors);
    void acceptWhereItFits();
    void keep(Greeted greeted);
    std::vector<Arrival *> waiting() const;
    ClientLink *linkOf(quint64 id);
    void join(quint64 link, std::unique_ptr<net::ByteStream> stream, const net::Visitor &visitor,
              std::shared_ptr<Permit> permit);
    void turnAway(Refused why, std::unique_ptr<net::ByteStream> stream, const net::Visitor &visitor,
                  std::shared_ptr<Permit> permit);
    QByteArray awayAnswer(const net::Visitor &visitor) const;

    net::Loop &m_loop;
    Core &m_core;
    std::shared_ptr<LinkMail> m_mail;
    std::unordered_map<quint64, std::unique_ptr<ClientLink>> m_links;
    std::unordered_map<Arrival *, std::unique_ptr<Arrival>> m_arrivals;
    std::unordered_map<Arrival *, std::shared_ptr<Permit>> m_waiting; ///< for a kite to come back
    net::Splices m_splices; ///< goes before the links whose streams it holds
    const std::shared_ptr<stats::Meter> m_served = std::make_shared<stats::Meter>();
    const std::shared_ptr<stats::Meter> m_turnedAway = std::make_shared<stats::Meter>();
    SettingsPtr m_settings;
    std::vector<std::unique_ptr<net::Acceptor>> m_acceptors;
    bool m_isLeaving = false;
};

} // namespace kite::relay
