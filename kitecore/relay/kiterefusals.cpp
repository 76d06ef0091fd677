#include "kitecore/relay/kiterefusals.h"

#include <algorithm>

namespace kite::relay {

void KiteRefusals::count(QByteArrayView word)
{
    const auto found
        = std::ranges::find_if(words, [&](const char *known) { return word == known; });
    const auto index = std::min(size_t(found - words.begin()), words.size() - 1);
    m_counts[index].fetch_add(1, std::memory_order_relaxed);
}

QList<QPair<QByteArray, qint64>> KiteRefusals::all() const
{
    QList<QPair<QByteArray, qint64>> counts;
    for (size_t i = 0; i < words.size(); ++i)
        counts.append({words[i], m_counts[i].load(std::memory_order_relaxed)});
    return counts;
}

} // namespace kite::relay
