#pragma once

#include <atomic>
#include <memory>
#include <variant>

#include <QByteArray>
#include <QString>

#include "kitecore/net/bytestream.h"
#include "kitecore/net/target.h"
#include "kitecore/relay/accountanswer.h"
#include "kitecore/relay/addressplaces.h"
#include "kitecore/relay/mailbox.h"
#include "kitecore/relay/visitorlimit.h"
#include "kitecore/stats/meter.h"

/// What workers tell each other about links.
namespace kite::relay {

struct Settings;
struct Doors;
class VisitRecord;

/// One of RelayOptions::maxConnections places; given back when the last owner goes.
class Permit
{
    Q_DISABLE_COPY_MOVE(Permit)

public:
    using Count = std::shared_ptr<std::atomic<int>>;

    /// @return null if all places are taken.
    static std::shared_ptr<Permit> take(const Count &taken, int places);
    ~Permit();

    /// The place of the address it came from; whoever holds the permit may change it.
    AddressPlaces::Place &place() { return m_place; }

    /// What the access log will say of the visitor; null: nothing.
    void setRecord(std::unique_ptr<VisitRecord> record);
    std::unique_ptr<VisitRecord> takeRecord();

    /// A meter that keeps the permit alive: whoever moves a visitor's bytes holds it for as long as
    /// there are any.
    static std::shared_ptr<stats::Meter> asMeter(const std::shared_ptr<Permit> &permit,
                                                 const std::shared_ptr<stats::Meter> &meter);

private:
    explicit Permit(Count taken);

    const Count m_taken;                   ///< what a loop destroys last may outlive the relay
    std::shared_ptr<stats::Meter> m_meter; ///< the same
    AddressPlaces::Place m_place;
    std::unique_ptr<VisitRecord> m_record;
};

/// A visitor for a link of another worker. The stream is detached.
struct Handover
{
    quint64 link = 0;
    std::unique_ptr<net::ByteStream> stream;
    net::Visitor visitor;
    std::shared_ptr<Permit> permit;
};

/// A connector for another worker to keep. The stream is detached.
struct Greeted
{
    std::unique_ptr<net::ByteStream> stream; ///< behind the greeting
    QByteArray head;
    std::shared_ptr<Permit> permit;
};

/// Some worker has links now that had none, or the other way round: who accepts may change.
struct LinksMoved
{
};

struct LinkAddress;
using LinkPtr = std::shared_ptr<const LinkAddress>;

/// Somebody else proved this link's kite: see whether it still lives (PROTOCOL.md, duplicates).
struct PingLink
{
    quint64 link = 0;
    LinkPtr asker; ///< Is told by a PingAnswer; null: nobody.
};

/// Whether a link that was asked sent any byte in time.
enum class SignOfLife : quint8 { None, Given };

struct PingAnswer
{
    quint64 link = 0;   ///< who asked
    quint64 holder = 0; ///< who was asked
    SignOfLife sign = SignOfLife::None;
};

/// A newer link has taken over all its kites.
struct CloseLink
{
    quint64 link = 0;
};

/// What account services say about kites of a link.
struct RulingLetter
{
    enum class About {
        Greeting, ///< kites that it asked for last
        Grants,   ///< kites that fly, asked about anew
    };
    quint64 link = 0;
    About about = About::Greeting;
    Rulings rulings;
};

/// Some kite came, and this worker has visitors who wait for one.
struct KiteCame
{
};

/// The relay's settings changed.
struct Reconfigure
{
    std::shared_ptr<const Settings> settings;
    std::shared_ptr<const Doors> doors;
};

/// Too much waits in memory: make room.
struct Relieve
{
    double share = 0; ///< of what this worker holds
};

/// The relay is about to end: accept nobody any more.
struct StopAccepting
{
};

/// Nobody accepts any more: tell connectors to go elsewhere.
struct SayLeaving
{
};

using LinkMail = Mailbox<
    std::variant<Handover, Greeted, LinksMoved, PingLink, PingAnswer, CloseLink, RulingLetter,
                 KiteCame, Reconfigure, Relieve, StopAccepting, SayLeaving>>;

/// A link as every thread may name it.
struct LinkAddress
{
    quint64 id = 0;
    QByteArray session; ///< X-PageKite-SessionID, 256 random bits in hex; the same all its life.
    QString connector;  ///< address:port
    std::shared_ptr<LinkMail> mail;
    bool answersProbes = false;
    /// That its greeting wanted to replace. Connectors that sign on a second connection may go on
    /// calling the link by the session of the first (PROTOCOL.md, Replace).
    QByteArray formerSession {};
    std::shared_ptr<VisitorLimit> visitors = std::make_shared<VisitorLimit>(); ///< of its kites
};

} // namespace kite::relay
