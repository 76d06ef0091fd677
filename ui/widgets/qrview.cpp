#include "ui/widgets/qrview.h"

#include <memory>

#include <QPainter>
#include <qrencode.h>

namespace kite::ui {

namespace {

constexpr int quietZone = 4; // ISO/IEC 18004, 6.3.8

} // namespace

QrSquare qrSquare(const QString &text)
{
    const QByteArray bytes = text.toUtf8();
    const std::unique_ptr<QRcode, decltype(&QRcode_free)> code(
        bytes.isEmpty() ? nullptr : QRcode_encodeString8bit(bytes.constData(), 0, QR_ECLEVEL_M),
        &QRcode_free);
    if (!code)
        return {};
    QrSquare square {code->width, {}};
    square.dark.reserve(qsizetype(code->width) * code->width);
    for (int at = 0; at < code->width * code->width; ++at)
        square.dark << ((code->data[at] & 1) != 0);
    return square;
}

QrView::QrView(QWidget *parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setAccessibleName(tr("QR code"));
}

void QrView::setText(const QString &text)
{
    m_square = qrSquare(text);
    setAccessibleDescription(text);
    update();
}

void QrView::paintEvent(QPaintEvent *)
{
    if (m_square.side == 0)
        return;
    QPainter painter(this);
    const int modules = m_square.side + 2 * quietZone;
    const qreal ratio = devicePixelRatioF();
    // Whole device pixels a module: cameras do not like soft edges.
    const qreal module
        = std::max(1.0, std::floor(std::min(width(), height()) * ratio / modules)) / ratio;
    const qreal side = module * modules;
    const QPointF corner(std::floor((width() - side) / 2), std::floor((height() - side) / 2));
    painter.fillRect(QRectF(corner, QSizeF(side, side)), Qt::white);
    for (int y = 0; y < m_square.side; ++y) {
        for (int x = 0; x < m_square.side; ++x) {
            if (m_square.at(x, y))
                painter.fillRect(QRectF(corner.x() + (x + quietZone) * module,
                                        corner.y() + (y + quietZone) * module, module, module),
                                 Qt::black);
        }
    }
}

} // namespace kite::ui
