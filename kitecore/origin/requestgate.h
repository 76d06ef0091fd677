#pragma once

#include <memory>
#include <optional>

#include "kitecore/http/requestframing.h"
#include "kitecore/http/responseframing.h"
#include "kitecore/net/bytequeue.h"
#include "kitecore/net/target.h"
#include "kitecore/origin/rules.h"

namespace kite::origin {

/// Why a request is not passed on.
enum class Refusal : quint8 {
    Malformed,     ///< 400: two servers could read it in two ways
    TooLong,       ///< 431
    Late,          ///< 408: the head did not become complete
    NoTunnels,     ///< 405: CONNECT; the relay serves these
    OtherHost,     ///< 421: the connection belongs to the host of its first request
    NeedsPassword, ///< 401
    Blocked,       ///< 500, as PageKite says it: the firewall
};

/// Judges the requests of one visitor's connection, one after the other, and writes the heads that
/// the target gets to see.
class RequestGate
{
public:
    RequestGate(std::shared_ptr<const Rules> rules, const net::Visitor &visitor);

    struct Verdict
    {
        std::optional<Refusal> refusal;
        http::ResponseFraming::Asked asked = http::ResponseFraming::Asked::Plainly;
    };
    /// @param out gets the head where it is not refused.
    Verdict judge(const http::RequestView &head, net::ByteQueue &out);

    /// The complete answer; the connection ends with it.
    QByteArray pageFor(Refusal refusal) const;

private:
    enum class Fate : quint8 { Kept, Renamed, Dropped };

    std::optional<Refusal> objection(const http::RequestView &head);
    bool isOfThisHost(const http::RequestView &head);
    Fate fateOf(const http::RequestView::Field &field, bool maySwitch) const;
    void writeFields(const http::RequestView &head, bool maySwitch, net::ByteQueue &out) const;
    void writeRequestLine(const http::RequestView &head, net::ByteQueue &out) const;

    const std::shared_ptr<const Rules> m_rules;
    const QByteArray m_kite; ///< its name, for pages
    QByteArray m_added;      ///< header lines
    QByteArray m_host;       ///< of the first request, as sent
    bool m_isHead = false;   ///< the refused request is one for a head only
};

} // namespace kite::origin
