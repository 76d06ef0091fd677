#include "kitecore/net/porttarget.h"

#include <list>

#include "kitecore/base/logging.h"
#include "kitecore/net/awayanswer.h"
#include "kitecore/net/connectattempt.h"
#include "kitecore/net/loop.h"
#include "kitecore/net/splice.h"

namespace kite::net {

namespace {

/// The visitors of all port targets on one thread.
class PortVisits final : public Loop::Part
{
public:
    explicit PortVisits(Loop &loop) : m_loop(loop), m_splices(loop) {}

    struct Goal
    {
        Endpoint endpoint;
        QHostAddress loopback; ///< null: not on this computer
        Peer peer;             ///< the same as text: parsing and writing it takes long
        std::shared_ptr<stats::Meter> meter;
        http::OwnPages awayPages;
    };

    void begin(const Goal &goal, std::unique_ptr<ByteStream> stream, const Visitor &visitor);

private:
    using Connected = Result<std::unique_ptr<ByteStream>, ConnectFailure>;

    /// A visitor who waits for the target.
    struct Waiting
    {
        std::unique_ptr<ByteStream> stream;
        QByteArray protocol;
        QByteArray host;
        std::shared_ptr<stats::Meter> meter;
        http::OwnPages awayPages;
        std::unique_ptr<ConnectAttempt> attempt = {};
    };

    void connected(std::list<Waiting>::iterator place, Connected result);

    Loop &m_loop;
    Splices m_splices;
    std::list<Waiting> m_waiting;
};

void PortVisits::begin(const Goal &goal, std::unique_ptr<ByteStream> stream, const Visitor &visitor)
{
    if (!goal.loopback.isNull()) {
        if (auto target = connectAtOnce(m_loop, goal.loopback, goal.peer))
            return m_splices.join(std::move(stream), std::move(target), goal.meter);
    }
    const auto place = m_waiting.insert(
        m_waiting.end(),
        Waiting {std::move(stream), visitor.protocol, visitor.host, goal.meter, goal.awayPages});
    place->attempt = std::make_unique<ConnectAttempt>(
        m_loop, goal.endpoint, PortTarget::connectTimeout,
        [this, place](Connected result) { connected(place, std::move(result)); });
}

void PortVisits::connected(std::list<Waiting>::iterator place, Connected result)
{
    auto waiting = std::move(*place);
    m_waiting.erase(place);
    if (!result)
        qCInfo(lcNet) << "A target does not answer:" << result.error().detail;
    auto target = result
        ? std::move(result).value()
        : lastWords(m_loop, awayAnswer(waiting.protocol, waiting.host, waiting.awayPages));
    m_splices.join(std::move(waiting.stream), std::move(target), std::move(waiting.meter));
}

} // namespace

class PortTarget::Private
{
public:
    const PortVisits::Goal goal;
};

PortTarget::PortTarget(Endpoint endpoint, std::shared_ptr<stats::Meter> meter,
                       http::OwnPages awayPages)
{
    const auto loopback = loopbackAddress(endpoint);
    const Peer peer {loopback.toString(), endpoint.port};
    d = std::make_unique<Private>(
        Private {{std::move(endpoint), loopback, peer, std::move(meter), std::move(awayPages)}});
}

PortTarget::~PortTarget() = default;

void PortTarget::visit(Loop &loop, std::unique_ptr<ByteStream> stream, const Visitor &visitor)
{
    loop.part<PortVisits>().begin(d->goal, std::move(stream), visitor);
}

} // namespace kite::net
