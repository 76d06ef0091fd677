#pragma once

#include <vector>

#include "kitecore/relay/accountanswer.h"
#include "kitecore/wire/greeting.h"

namespace kite::relay {

/// A kite that an account service let fly. The proof is kept: it is asked about again.
struct Grant
{
    wire::KiteRequest request;
    Allowance allowance;
};

/// The grants of one link.
class Grants
{
public:
    bool isEmpty() const { return m_grants.empty(); }
    const std::vector<Grant> &all() const { return m_grants; }

    /// Also replaces what is known of the same kite.
    void add(const Grant &grant);
    void remove(const KiteId &kite);

    /// The smallest of each that is said at all.
    Allowance least() const;
    /// Enters least() where connectors look for it.
    void describe(wire::GreetingReply &reply) const;

private:
    std::vector<Grant> m_grants;
};

} // namespace kite::relay
