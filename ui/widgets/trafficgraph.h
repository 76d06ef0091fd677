#pragma once

#include <QWidget>

#include "kitecore/stats/series.h"

namespace kite::ui {

/// The top of the graph's scale: 1, 2 or 5 times a power of ten at or above `peak`. A larger scale
/// that is still filled to a quarter stays, so that it does not jump up and down.
qint64 scaleFor(qint64 scale, qint64 peak);

/// Draws what visitors got and sent, one sample a second, the newest at the right edge. Draws the
/// series it is given and computes nothing of its own. The pointer, or the left and right keys,
/// read values.
class TrafficGraph final : public QWidget
{
    Q_OBJECT

public:
    explicit TrafficGraph(QWidget *parent = nullptr);

    void setSeries(stats::Series series);
    const stats::Series &series() const { return m_series; }

    /// What is read where the pointer or the cursor stands; empty: nothing is.
    QString reading() const;

    QSize sizeHint() const override { return {480, 180}; }
    QSize minimumSizeHint() const override { return {200, 110}; }

protected:
    void paintEvent(QPaintEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    static constexpr int nothing = -1;

    int samples() const { return int(m_series.samples.size()); }
    QRectF plot() const;
    QPointF pointOf(int sample, qint64 bytes) const;
    void read(int sample);
    void describe();
    void paintGrid(QPainter &painter) const;
    void paintLines(QPainter &painter) const;
    void paintReading(QPainter &painter) const;

    stats::Series m_series;
    qint64 m_scale = 0;
    int m_read = nothing; ///< the sample that is read, counted from the newest
};

} // namespace kite::ui
