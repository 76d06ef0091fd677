#include "kitecore/relay/linkspread.h"

namespace kite::relay {

void LinkSpread::join(WorkerMail worker)
{
    const std::lock_guard guard(m_lock);
    m_shares.push_back({std::move(worker)});
}

void LinkSpread::leave(const WorkerMail &worker)
{
    const std::lock_guard guard(m_lock);
    std::erase_if(m_shares, [&](const Share &share) { return share.worker == worker; });
}

void LinkSpread::linkCame(const WorkerMail &worker)
{
    change(worker, 1);
}

void LinkSpread::linkWent(const WorkerMail &worker)
{
    change(worker, -1);
}

void LinkSpread::change(const WorkerMail &worker, int by)
{
    const std::lock_guard guard(m_lock);
    const auto share = shareOf(worker);
    if (share == m_shares.end())
        return;
    const bool hadSome = share->links > 0;
    share->links += by;
    if (hadSome == (share->links > 0) || m_shares.size() == 1)
        return;
    for (const auto &each : m_shares)
        each.worker->post(LinksMoved {});
}

LinkSpread::WorkerMail LinkSpread::keeperFor(const WorkerMail &asking)
{
    const std::lock_guard guard(m_lock);
    const auto own = shareOf(asking);
    const auto fewest = std::ranges::min_element(m_shares, {}, &Share::expected);
    if (own == m_shares.end() || own->expected() <= fewest->expected())
        return asking;
    ++fewest->onTheirWay;
    return fewest->worker;
}

void LinkSpread::arrived(const WorkerMail &worker)
{
    const std::lock_guard guard(m_lock);
    if (const auto share = shareOf(worker); share != m_shares.end())
        --share->onTheirWay;
}

bool LinkSpread::isFitToAccept(const WorkerMail &worker) const
{
    const std::lock_guard guard(m_lock);
    const auto own = std::ranges::find(m_shares, worker, &Share::worker);
    return (own != m_shares.end() && own->links > 0)
        || std::ranges::all_of(m_shares, [](const Share &share) { return share.links == 0; });
}

} // namespace kite::relay
