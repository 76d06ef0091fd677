#include "ui/widgets/switchbutton.h"

#include <QPainter>

#include "ui/widgets/appearance.h"

namespace kite::ui {

SwitchButton::SwitchButton(QWidget *parent) : QAbstractButton(parent)
{
    setCheckable(true);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setCursor(Qt::PointingHandCursor);
}

void SwitchButton::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF track = QRectF(rect()).adjusted(2, 2, -2, -2);
    const qreal radius = track.height() / 2;
    const QColor on = stateColor(stats::KiteState::Flying, palette());
    painter.setPen(QPen(isChecked() ? on : dimText(palette()), 1.5));
    painter.setBrush(isChecked() ? QBrush(on) : QBrush(Qt::NoBrush));
    painter.drawRoundedRect(track, radius, radius);

    const bool knobRight = isChecked() == (layoutDirection() == Qt::LeftToRight);
    const QPointF knob(knobRight ? track.right() - radius : track.left() + radius,
                       track.center().y());
    painter.setPen(Qt::NoPen);
    painter.setBrush(isChecked() ? palette().color(QPalette::Window) : dimText(palette()));
    painter.drawEllipse(knob, radius - 4, radius - 4);

    if (hasFocus()) {
        painter.setPen(QPen(palette().color(QPalette::Highlight), 1.5));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius + 1,
                                radius + 1);
    }
}

} // namespace kite::ui
