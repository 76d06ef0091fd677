#include "ui/widgets/trafficgraph.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>

#include "ui/text/units.h"
#include "ui/widgets/appearance.h"

namespace kite::ui {

namespace {

constexpr qint64 smallestScale = 1000; ///< a ping now and then is no mountain
constexpr int gridLines = 2;

qint64 niceCeiling(qint64 peak)
{
    for (qint64 decade = smallestScale;; decade *= 10) {
        for (const qint64 step : {1, 2, 5}) {
            if (peak <= decade * step || decade > std::numeric_limits<qint64>::max() / 100)
                return decade * step;
        }
    }
}

} // namespace

qint64 scaleFor(qint64 scale, qint64 peak)
{
    const bool fits = scale >= smallestScale && peak <= scale;
    const bool stillUsed = peak >= scale / 4;
    return fits && stillUsed ? scale : niceCeiling(peak);
}

TrafficGraph::TrafficGraph(QWidget *parent) : QWidget(parent)
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setAccessibleName(tr("Traffic of the last 5 minutes"));
    setSeries({});
}

void TrafficGraph::setSeries(stats::Series series)
{
    m_series = std::move(series);
    m_scale = scaleFor(m_scale, m_series.peak());
    describe();
    update();
}

void TrafficGraph::describe()
{
    QString text = reading();
    if (text.isEmpty()) {
        const stats::Sample now = m_series.latest();
        //: Read aloud. Both are rates.
        text = tr("Now %1 to visitors, %2 from visitors. The most in 5 minutes was %3.")
                   .arg(rateText(now.out), rateText(now.in), rateText(m_series.peak()));
    }
    if (text != accessibleDescription())
        setAccessibleDescription(text);
}

QString TrafficGraph::reading() const
{
    if (m_read == nothing || m_read >= samples())
        return {};
    const stats::Sample sample = m_series.samples[std::size_t(samples() - 1 - m_read)];
    //: %1: when, as in "40 s ago". The others are rates.
    return tr("%1: %2 to visitors, %3 from visitors")
        .arg(ageText(std::chrono::seconds(m_read)), rateText(sample.out), rateText(sample.in));
}

QRectF TrafficGraph::plot() const
{
    const qreal below = fontMetrics().height() + 4;
    return QRectF(rect()).adjusted(1, fontMetrics().height() / 2.0, -1, -below);
}

QPointF TrafficGraph::pointOf(int sample, qint64 bytes) const
{
    const QRectF area = plot();
    const qreal step = area.width() / std::max(samples() - 1, 1);
    return {area.left() + step * sample,
            area.bottom() - area.height() * qreal(bytes) / qreal(m_scale)};
}

void TrafficGraph::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    paintGrid(painter);
    paintLines(painter);
    paintReading(painter);
    if (hasFocus()) {
        painter.setPen(QPen(palette().color(QPalette::Highlight), 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
    }
}

void TrafficGraph::paintGrid(QPainter &painter) const
{
    const QRectF area = plot();
    const QColor line = hairline(palette());
    const QColor label = dimText(palette());
    for (int at = 0; at <= gridLines; ++at) {
        const qreal y = area.bottom() - area.height() * at / gridLines;
        painter.setPen(QPen(line, 1));
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y));
        if (at > 0) {
            painter.setPen(label);
            painter.drawText(QPointF(area.left() + 4, y + fontMetrics().ascent() + 1),
                             rateText(m_scale * at / gridLines));
        }
    }
    painter.setPen(label);
    const QRectF below(area.left(), area.bottom() + 2, area.width(), fontMetrics().height());
    painter.drawText(below, Qt::AlignLeft | Qt::AlignAbsolute, tr("5 min"));
    painter.drawText(below, Qt::AlignHCenter, tr("2½ min"));
    painter.drawText(below, Qt::AlignRight | Qt::AlignAbsolute, tr("now"));
}

void TrafficGraph::paintLines(QPainter &painter) const
{
    if (m_series.samples.empty())
        return;
    QPolygonF out;
    QPolygonF in;
    for (int at = 0; at < samples(); ++at) {
        const stats::Sample &sample = m_series.samples[std::size_t(at)];
        out << pointOf(at, sample.out);
        in << pointOf(at, sample.in);
    }
    QPolygonF filled = out;
    filled << plot().bottomRight() << plot().bottomLeft();
    QColor shade = outColor(palette());
    shade.setAlphaF(0.18F);
    painter.setPen(Qt::NoPen);
    painter.setBrush(shade);
    painter.drawPolygon(filled);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(outColor(palette()), 1.6));
    painter.drawPolyline(out);
    painter.setPen(QPen(inColor(palette()), 1.6, Qt::DashLine));
    painter.drawPolyline(in);
}

void TrafficGraph::paintReading(QPainter &painter) const
{
    const QString text = reading();
    if (text.isEmpty())
        return;
    const int at = samples() - 1 - m_read;
    const stats::Sample &sample = m_series.samples[std::size_t(at)];
    const qreal x = pointOf(at, 0).x();
    painter.setPen(QPen(dimText(palette()), 1));
    painter.drawLine(QPointF(x, plot().top()), QPointF(x, plot().bottom()));
    painter.setPen(Qt::NoPen);
    painter.setBrush(outColor(palette()));
    painter.drawEllipse(pointOf(at, sample.out), 3.5, 3.5);
    painter.setBrush(inColor(palette()));
    painter.drawEllipse(pointOf(at, sample.in), 3.5, 3.5);

    QRectF bubble(0, 0, fontMetrics().horizontalAdvance(text) + 16, fontMetrics().height() + 8);
    bubble.moveCenter({x, 0});
    bubble.moveTop(plot().top() + 2);
    bubble.moveLeft(std::clamp(bubble.left(), 2.0, std::max(2.0, width() - bubble.width() - 2)));
    painter.setPen(QPen(hairline(palette()), 1));
    painter.setBrush(palette().color(QPalette::ToolTipBase));
    painter.drawRoundedRect(bubble, 4, 4);
    painter.setPen(palette().color(QPalette::ToolTipText));
    painter.drawText(bubble, Qt::AlignCenter, text);
}

void TrafficGraph::read(int sample)
{
    if (sample == m_read)
        return;
    m_read = sample;
    describe();
    update();
}

void TrafficGraph::mouseMoveEvent(QMouseEvent *event)
{
    const QRectF area = plot();
    if (samples() < 2 || area.width() <= 0)
        return;
    const qreal part = (event->position().x() - area.left()) / area.width();
    const int at = int(std::lround(part * (samples() - 1)));
    read(samples() - 1 - std::clamp(at, 0, samples() - 1));
}

void TrafficGraph::leaveEvent(QEvent *)
{
    read(nothing);
}

void TrafficGraph::focusOutEvent(QFocusEvent *event)
{
    read(nothing);
    QWidget::focusOutEvent(event);
}

void TrafficGraph::keyPressEvent(QKeyEvent *event)
{
    const int oldest = samples() - 1;
    const int page = event->modifiers().testFlag(Qt::ControlModifier) ? 30 : 1;
    if (event->key() == Qt::Key_Left && oldest >= 0)
        read(std::min(m_read == nothing ? 0 : m_read + page, oldest));
    else if (event->key() == Qt::Key_Right && m_read != nothing)
        read(std::max(m_read - page, 0));
    else if (event->key() == Qt::Key_Escape && m_read != nothing)
        read(nothing);
    else
        QWidget::keyPressEvent(event);
}

void TrafficGraph::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        update();
    QWidget::changeEvent(event);
}

} // namespace kite::ui
