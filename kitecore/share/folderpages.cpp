#include "kitecore/share/folderpages.h"

namespace kite::share {

std::optional<QByteArray> FolderPages::find(const QByteArray &key)
{
    const std::lock_guard guard(m_lock);
    forgetOld(now());
    const auto found = m_pages.constFind(key);
    if (found == m_pages.cend())
        return std::nullopt;
    return found->html;
}

void FolderPages::keep(const QByteArray &key, const QByteArray &html, Clock::Steady begun)
{
    const auto made = now();
    if (made - begun < slow)
        return;
    const std::lock_guard guard(m_lock);
    forgetOld(made);
    if (m_pages.size() < maxPages)
        m_pages.insert(key, {html, made});
}

void FolderPages::forgetOld(Clock::Steady now)
{
    m_pages.removeIf([now](const auto &kept) { return now - kept.value().made >= keptFor; });
}

} // namespace kite::share
