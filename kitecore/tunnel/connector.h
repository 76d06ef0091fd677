#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include <QObject>

#include "kitecore/net/bytestream.h"
#include "kitecore/net/loop.h"
#include "kitecore/tunnel/answers.h"
#include "kitecore/tunnel/flownkite.h"
#include "kitecore/tunnel/keepalive.h"
#include "kitecore/tunnel/relaychoice.h"
#include "kitecore/tunnel/relaywords.h"

/// The kite side: dials a relay, proves its kites, serves their visitors.
namespace kite::tunnel {

struct ConnectorOptions
{
    bool announceCompression = true;       ///< `--nozchunks` turns it off, and reconnects to sign
    std::chrono::seconds pingAfter {8};    ///< of silence, 15 at a PageKite relay; `--keepalive`
    std::chrono::seconds longestWait {30}; ///< between two tries
    std::chrono::seconds greetingTimeout {20};
    Answers answers = {};
};

/// One relay, one link, many kites. Redials by itself with backoff; the first retry is immediate.
///
/// A link that comes back asks to replace its older self (`X-PageKite-Replace`). Kites the relay
/// refuses stay Refused until retry(), or until setKites() brings them with another secret; those
/// that flew before are asked for again after 5 s, then less and less often, to 10 minutes, but for
/// a wrong secret. A
/// Duplicate is tried again after a minute. Visitors for kites that are not among the given are
/// refused (PROTOCOL.md, serving a stream). A relay that closes the link because an addition was
/// refused is dialled again without that kite. A relay that says that it leaves is dialled again at
/// once, while the old link serves the visitors it has.
///
/// Lives on the thread of its loop. Signals come from the event loop, never from inside a call.
class Connector final : public QObject
{
    Q_OBJECT

public:
    /// How long a kite that another link serves is left alone (PROTOCOL.md: not before 60 s).
    static constexpr std::chrono::seconds duplicateWait {60};
    static constexpr std::chrono::seconds proofTime {5};

    Connector(net::Loop &loop, const RelayChoice &relay, ConnectorOptions options,
              QObject *parent = nullptr);
    ~Connector() override;

    /// The kites to fly from now on; of several with one id the first counts. Additions go over the
    /// live link where both ends can. Removed ones are no longer answered at once; as the relay can
    /// not be told inside the link, a new link is made when no visitor is there.
    void setKites(std::vector<FlownKite> kites);
    void start();
    void stop();
    /// Forget refusals and waits; dial now. A link that is up has to show that it lives.
    void retry();
    /// The computer woke up, or its network changed: a link that is up has to show within proofTime
    /// that it lives, or is dialled anew; who waits for a relay dials now. Refusals stay.
    void wake();

    /// ConnectorOptions::pingAfter from now on, for a link that is up, too.
    void setPingAfter(std::chrono::seconds pingAfter);
    /// ConnectorOptions::answers from now on.
    void setAnswers(const Answers &answers);

    bool isUp() const;
    const RelayChoice &relay() const;
    qsizetype streamCount() const; ///< visitors on the link
    /// Where the link leads to; empty without a link.
    net::Peer peer() const;

Q_SIGNALS:
    void kiteChanged(const kite::tunnel::KiteNews &news);
    /// `why` None: the link is up.
    void linkChanged(bool up, kite::stats::DownReason why, const QString &detail);
    /// Something else than before: all that the relay has said on this link.
    void relaySaid(const kite::tunnel::RelayWords &words);
    /// A link that was up is gone.
    void lost(kite::tunnel::KeepAlive::Loss how);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace kite::tunnel
