#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include <QByteArray>
#include <QString>

#include "kitecore/secrets/secret.h"

namespace kite::relay {

/// Who is asked about kites that no account of the relay's own knows: `--authdomain` (PROTOCOL.md,
/// accounts). Either a DNS suffix or a program.
struct AccountSource
{
    QByteArray kiteDomain; ///< only for kites below it; empty: for all others
    QByteArray dnsSuffix;
    QString program; ///< path
    bool operator==(const AccountSource &) const = default;
};

/// So many different visitors within a time.
struct VisitorRate
{
    int visitors = 0; ///< 0: no limit
    std::chrono::seconds within {0};

    bool isLimit() const { return visitors > 0 && within.count() > 0; }
    /// Visitors per time, compared without division.
    bool isStricterThan(const VisitorRate &other) const
    {
        return isLimit()
            && (!other.isLimit()
                || qint64(visitors) * other.within.count()
                    < qint64(other.visitors) * within.count());
    }
    bool operator==(const VisitorRate &) const = default;
};

/// What a kite may use. 0: not said.
struct Allowance
{
    qint64 quotaKb = 0;
    qint64 days = 0;
    qint64 connections = 0;
    VisitorRate visitorRate;
    bool operator==(const Allowance &) const = default;
};

/// What an account service says about a request.
struct AccountAnswer
{
    enum class Kind {
        Failed,  ///< It does not answer, or nothing we understand.
        Unknown, ///< It knows no such user (`255.255.255.0`).
        Refused, ///< `reason` says why.
        Granted, ///< It has checked the signature.
        Secret,  ///< Here is the secret: check the signature yourself.
    };
    Kind kind = Kind::Failed;
    QByteArray reason; ///< A plain word; of Refused, and of Secret that is out of quota.
    secrets::Secret secret;
    Allowance allowance;
    bool outOfQuota = false; ///< Secret only: whoever knows it is refused for `reason`.
};

/// For each kite of a greeting, where somebody was asked.
using Rulings = std::vector<std::optional<AccountAnswer>>;

} // namespace kite::relay
