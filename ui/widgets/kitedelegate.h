#pragma once

#include <QStyledItemDelegate>

#include "kitecore/stats/series.h"

namespace kite::ui {

struct KiteRow;

/// One kite in the list: lamp and name, below what it points at, at the end visitors and rate above
/// a tiny graph of the last minute. Mirrors itself right to left.
class KiteDelegate final : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;
};

} // namespace kite::ui
