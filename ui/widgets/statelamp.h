#pragma once

#include <QWidget>

#include "kitecore/stats/snapshot.h"

namespace kite::ui {

/// Draws a state so that it is told without colour: a full disc flies, three quarters of a ring are
/// connecting, two bars are paused, a triangle is down.
void paintLamp(QPainter &painter, const QRectF &box, stats::KiteState state, const QColor &color);

class StateLamp final : public QWidget
{
    Q_OBJECT

public:
    explicit StateLamp(QWidget *parent = nullptr);

    void setState(stats::KiteState state);
    stats::KiteState state() const { return m_state; }
    QSize sizeHint() const override { return {16, 16}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    stats::KiteState m_state = stats::KiteState::Connecting;
};

} // namespace kite::ui
