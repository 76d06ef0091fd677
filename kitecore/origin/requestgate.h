#pragma once

#include <atomic>
#include <memory>
#include <optional>

#include "kitecore/http/requestframing.h"
#include "kitecore/http/responseframing.h"
#include "kitecore/net/bytequeue.h"
#include "kitecore/net/target.h"
#include "kitecore/origin/gatecounts.h"
#include "kitecore/origin/passwordtries.h"
#include "kitecore/origin/rules.h"

namespace kite::origin {

/// Judges the requests of one visitor's connection, one after the other, and writes the heads that
/// the target gets to see.
class RequestGate
{
public:
    /// What the gates of one kite know together.
    struct Memory
    {
        PasswordTries tries;
        std::shared_ptr<GateCounts> counts = std::make_shared<GateCounts>(); ///< perhaps of all
        std::atomic_bool isClosed = false; ///< the kite points elsewhere, or at nothing, now
    };

    /// @param memory null: of this gate alone.
    RequestGate(std::shared_ptr<const Rules> rules, const net::Visitor &visitor,
                std::shared_ptr<Memory> memory = nullptr);

    struct Verdict
    {
        std::optional<Refusal> refusal;
        http::ResponseFraming::Asked asked = http::ResponseFraming::Asked::Plainly;
    };
    /// @param out gets the head where it is not refused.
    Verdict judge(const http::RequestView &head, net::ByteQueue &out);

    /// The complete answer; the connection ends with it.
    QByteArray pageFor(Refusal refusal) const;
    /// Whether connections that are there already are not to be used any further.
    bool isClosed() const { return m_memory->isClosed.load(std::memory_order_relaxed); }
    /// For the counts: it was told so.
    void count(Refusal refusal) { m_memory->counts->count(refusal); }

private:
    enum class Fate : quint8 { Kept, Renamed, Dropped };

    std::optional<Refusal> objection(const http::RequestView &head);
    std::optional<Refusal> passwordObjection(const http::RequestView &head) const;
    bool isOfThisHost(const http::RequestView &head);
    Fate fateOf(const http::RequestView::Field &field, bool maySwitch) const;
    void writeFields(const http::RequestView &head, bool maySwitch, net::ByteQueue &out) const;
    void writeRequestLine(const http::RequestView &head, net::ByteQueue &out) const;

    const std::shared_ptr<const Rules> m_rules;
    const std::shared_ptr<Memory> m_memory;
    const QString m_address; ///< of the visitor
    const QByteArray m_kite; ///< its name, for pages
    QByteArray m_added;      ///< header lines
    QByteArray m_host;       ///< of the first request, without port
    bool m_isHead = false;   ///< the refused request is one for a head only
};

} // namespace kite::origin
