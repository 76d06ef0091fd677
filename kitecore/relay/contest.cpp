#include "kitecore/relay/contest.h"

#include <algorithm>

namespace kite::relay {

Contest::Contest(LinkAnswer answer) : m_answer(std::move(answer))
{
    for (const auto &rival : m_answer.rivals) {
        if (std::ranges::find(m_open, rival.holder) == m_open.end())
            m_open.push_back(rival.holder);
    }
}

void Contest::heard(quint64 holder, SignOfLife sign)
{
    const auto found = std::ranges::find(m_open, holder, &LinkAddress::id);
    if (found == m_open.end())
        return;
    if (sign == SignOfLife::None)
        m_silent.append((*found)->session);
    m_open.erase(found);
}

} // namespace kite::relay
