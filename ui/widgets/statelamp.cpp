#include "ui/widgets/statelamp.h"

#include <QPainter>

#include "ui/text/errortext.h"
#include "ui/widgets/appearance.h"

namespace kite::ui {

void paintLamp(QPainter &painter, const QRectF &box, stats::KiteState state, const QColor &color)
{
    const qreal side = std::min(box.width(), box.height());
    QRectF in(0, 0, side, side);
    in.moveCenter(box.center());
    const qreal line = side / 6;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    switch (state) {
    case stats::KiteState::Flying:
        painter.drawEllipse(in.adjusted(line, line, -line, -line));
        break;
    case stats::KiteState::Connecting:
        painter.setPen(QPen(color, line, Qt::SolidLine, Qt::RoundCap));
        painter.setBrush(Qt::NoBrush);
        painter.drawArc(in.adjusted(line * 1.5, line * 1.5, -line * 1.5, -line * 1.5), 90 * 16,
                        270 * 16);
        break;
    case stats::KiteState::Paused:
        painter.drawRect(QRectF(in.left() + line, in.top() + line, line * 1.4, side - 2 * line));
        painter.drawRect(
            QRectF(in.right() - line * 2.4, in.top() + line, line * 1.4, side - 2 * line));
        break;
    case stats::KiteState::Refused:
        painter.drawPolygon(QPolygonF {QPointF(in.center().x(), in.top() + line / 2),
                                       QPointF(in.right() - line / 4, in.bottom() - line),
                                       QPointF(in.left() + line / 4, in.bottom() - line)});
        break;
    }
    painter.restore();
}

StateLamp::StateLamp(QWidget *parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setAccessibleName(stateText(m_state));
}

void StateLamp::setState(stats::KiteState state)
{
    if (state == m_state)
        return;
    m_state = state;
    setAccessibleName(stateText(state));
    update();
}

void StateLamp::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    paintLamp(painter, rect(), m_state, stateColor(m_state, palette()));
}

} // namespace kite::ui
