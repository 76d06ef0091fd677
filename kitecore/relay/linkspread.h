#pragma once

#include <algorithm>
#include <mutex>
#include <vector>

#include "kitecore/relay/linkmail.h"

namespace kite::relay {

/// How many links each worker of a relay keeps. A new one goes to the worker with the fewest, and
/// while there are fewer links than workers, those without leave visitors to the others: handing a
/// visitor over to another thread costs more than accepting it. Thread-safe.
class LinkSpread
{
    Q_DISABLE_COPY_MOVE(LinkSpread)

public:
    using WorkerMail = std::shared_ptr<LinkMail>;

    LinkSpread() = default;

    /// A worker begins, or ends with all its links.
    void join(WorkerMail worker);
    void leave(const WorkerMail &worker);

    /// Each gets a LinksMoved where it is news for who accepts.
    void linkCame(const WorkerMail &worker);
    void linkWent(const WorkerMail &worker);

    /// Who is to keep one more; `asking` unless another one has fewer. For another one it counts
    /// from now on, until that one says that it has arrived.
    WorkerMail keeperFor(const WorkerMail &asking);
    void arrived(const WorkerMail &worker);
    /// Whether visitors who come to this worker are as likely at home there as anywhere.
    bool isFitToAccept(const WorkerMail &worker) const;

private:
    struct Share
    {
        WorkerMail worker;
        int links = 0;
        int onTheirWay = 0; ///< in the worker's mail
        int expected() const { return links + onTheirWay; }
    };
    std::vector<Share>::iterator shareOf(const WorkerMail &worker)
    {
        return std::ranges::find(m_shares, worker, &Share::worker);
    }
    void change(const WorkerMail &worker, int by);

    mutable std::mutex m_lock;
    std::vector<Share> m_shares;
};

} // namespace kite::relay
