#pragma once

#include <chrono>
#include <mutex>
#include <optional>

#include <QByteArray>
#include <QHash>

#include "kitecore/base/clock.h"

namespace kite::share {

/// Pages of large folders, for a moment: a folder of thousands takes a tenth of a second to read
/// and to write down, and nobody else is served meanwhile. Pages that were quick to make are not
/// kept: they always show the folder as it is. Thread-safe.
class FolderPages
{
    Q_DISABLE_COPY_MOVE(FolderPages)

public:
    static constexpr std::chrono::milliseconds slow {20};
    static constexpr std::chrono::seconds keptFor {2};
    static constexpr qsizetype maxPages = 16;

    explicit FolderPages(const Clock &clock = Clock::system()) : m_clock(clock) {}

    /// The page that was kept for `key` a moment ago.
    std::optional<QByteArray> find(const QByteArray &key);
    /// @param begun when the making of the page began
    void keep(const QByteArray &key, const QByteArray &html, Clock::Steady begun);
    Clock::Steady now() const { return m_clock.now(); }

private:
    struct Page
    {
        QByteArray html;
        Clock::Steady made;
    };
    void forgetOld(Clock::Steady now);

    const Clock &m_clock;
    std::mutex m_lock;
    QHash<QByteArray, Page> m_pages;
};

} // namespace kite::share
