#include "ui/widgets/kitedelegate.h"

#include <QApplication>
#include <QPainter>
#include <QStyle>

#include "ui/models/kitelistmodel.h"
#include "ui/text/units.h"
#include "ui/widgets/appearance.h"
#include "ui/widgets/statelamp.h"

namespace kite::ui {

namespace {

constexpr int margin = 10;
constexpr int lampSide = 14;
constexpr int endWidth = 84;

/// Where the parts stand, left to right; visual() mirrors them.
struct Places
{
    explicit Places(const QStyleOptionViewItem &option) : m_option(option)
    {
        const QRect in = option.rect.adjusted(margin, 6, -margin, -6);
        const int line = option.fontMetrics.height();
        const int text = in.left() + lampSide + 8;
        const int textWidth = in.right() - endWidth - 8 - text;
        lamp = visual({in.left(), in.top() + (line - lampSide) / 2, lampSide, lampSide});
        name = visual({text, in.top(), textWidth, line});
        target = visual({text, in.top() + line + 2, textWidth, line});
        number = visual({in.right() - endWidth, in.top(), endWidth, line});
        spark = visual({in.right() - endWidth, in.top() + line + 3, endWidth, line});
    }

    QRect lamp, name, target, number, spark;

private:
    QRect visual(const QRect &logical) const
    {
        return QStyle::visualRect(m_option.direction, m_option.rect, logical);
    }
    const QStyleOptionViewItem &m_option;
};

void drawLine(QPainter &painter, const QStyleOptionViewItem &option, const QRect &box,
              const QString &text, Qt::Alignment alignment)
{
    const QString fits = painter.fontMetrics().elidedText(text, Qt::ElideMiddle, box.width());
    const auto visual = QStyle::visualAlignment(option.direction, alignment | Qt::AlignVCenter);
    painter.drawText(box, int(visual) | Qt::TextSingleLine, fits);
}

void drawSpark(QPainter &painter, const QRect &box, const stats::Series &series,
               const QColor &color)
{
    const qint64 peak = series.peak();
    if (peak == 0 || series.samples.size() < 2)
        return;
    QPolygonF line;
    const qreal step = qreal(box.width()) / qreal(series.samples.size() - 1);
    for (std::size_t at = 0; at < series.samples.size(); ++at) {
        const stats::Sample &sample = series.samples[at];
        const qreal height = qreal(std::max(sample.in, sample.out)) / qreal(peak);
        line << QPointF(box.left() + step * qreal(at), box.bottom() - height * (box.height() - 2));
    }
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(color, 1.2));
    painter.drawPolyline(line);
}

QString numberText(const KiteRow &row)
{
    const qint64 rate = row.rate.in + row.rate.out;
    if (rate > 0)
        return rateText(rate);
    return row.now.streams > 0 ? visitorsText(row.now.streams) : QString();
}

} // namespace

void KiteDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                         const QModelIndex &index) const
{
    const auto row = index.data(KiteListModel::RowRole).value<KiteRow>();
    const QStyle &style
        = option.widget != nullptr ? *option.widget->style() : *QApplication::style();
    style.drawPrimitive(QStyle::PE_PanelItemViewItem, &option, painter, option.widget);

    const bool selected = option.state.testFlag(QStyle::State_Selected);
    const auto group
        = option.state.testFlag(QStyle::State_Active) ? QPalette::Active : QPalette::Inactive;
    const QColor chosen = option.palette.color(group, QPalette::HighlightedText);
    const QColor strong = selected ? chosen : option.palette.color(group, QPalette::Text);
    const QColor dim = selected ? chosen : dimText(option.palette);
    const Places places(option);

    painter->save();
    paintLamp(*painter, places.lamp, row.now.state,
              selected ? chosen : stateColor(row.now.state, option.palette));
    QFont bold = option.font;
    bold.setBold(true);
    painter->setFont(bold);
    painter->setPen(strong);
    drawLine(*painter, option, places.name, row.kite.name, Qt::AlignLeft);
    painter->setFont(option.font);
    painter->setPen(dim);
    drawLine(*painter, option, places.target, targetText(row.kite.target), Qt::AlignLeft);
    drawLine(*painter, option, places.number, numberText(row), Qt::AlignRight);
    drawSpark(*painter, places.spark, index.data(KiteListModel::SparkRole).value<stats::Series>(),
              selected ? chosen : outColor(option.palette));
    painter->restore();

    if (option.state.testFlag(QStyle::State_HasFocus)) {
        QStyleOptionFocusRect focus;
        focus.QStyleOption::operator=(option);
        focus.backgroundColor
            = option.palette.color(selected ? QPalette::Highlight : QPalette::Base);
        style.drawPrimitive(QStyle::PE_FrameFocusRect, &focus, painter, option.widget);
    }
}

QSize KiteDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const
{
    return {220, 2 * option.fontMetrics.height() + 2 + 12};
}

} // namespace kite::ui
