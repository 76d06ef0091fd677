#pragma once

#include <optional>
#include <vector>

#include <QByteArray>
#include <QHostAddress>

#include "kitecore/base/result.h"

namespace kite::tunnel {

/// Why an answer to a relay's ping is none.
enum class PingError {
    NotARelay, ///< It does not begin as a relay's away page.
    TooLong,   ///< No end of the head within PingAnswer::maxHeadBytes.
};

/// What a relay says to `HEAD /ping` (PROTOCOL.md, "Pings of a relay").
struct PingAnswer
{
    static constexpr qsizetype maxHeadBytes = 8 * 1024;
    static constexpr size_t maxHints = 8;
    static constexpr qsizetype maxAddresses = 16; ///< of one hint

    QByteArray uuid; ///< at most 64 of `[0-9a-zA-Z-]`; else as if it had none
    bool overloaded = false;

    /// Where a name leads to, as the relay knows it (`X-DNS: NAME ADDRESS,ADDRESS`).
    struct Hint
    {
        QByteArray name; ///< lower case
        QList<QHostAddress> addresses;
    };
    std::vector<Hint> hints;

    /// The question, for a relay's link port; plain text also where TLS is spoken.
    static QByteArray question();

    /// @param ended nothing will follow: what is there has to do.
    /// @return std::nullopt: more has to come.
    static Result<std::optional<PingAnswer>, PingError> parse(QByteArrayView bytes, bool ended);
};

} // namespace kite::tunnel
