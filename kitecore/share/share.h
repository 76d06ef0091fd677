#pragma once

#include <functional>

#include <QObject>

#include "kitecore/share/folderpages.h"
#include "kitecore/share/sharetree.h"

namespace kite::share {

/// What the connections of one ShareTarget share, on all threads; lives as long as the last of
/// them. Constant from the first visit on,
/// but for `pages`.
class Share final : public QObject
{
    Q_OBJECT

public:
    Share(std::unique_ptr<ShareTree> shared, std::shared_ptr<stats::Meter> counts)
        : tree(std::move(shared))
        , meter(std::move(counts))
    {
    }

    const std::unique_ptr<const ShareTree> tree;
    mutable FolderPages pages;
    const std::shared_ptr<stats::Meter> meter; ///< never null
    std::function<void(const Visit &)> told;   ///< may be empty

Q_SIGNALS:
    /// Nothing is shared any more: connections end.
    void stopped();
};

} // namespace kite::share
