#pragma once

#include <QWidget>

namespace kite::ui {

/// A square of modules, true is dark; without the quiet zone. Row by row.
struct QrSquare
{
    int side = 0;
    QList<bool> dark;

    bool at(int x, int y) const { return dark[y * side + x]; }
};

/// @return side 0 for text that no QR code can hold (about 2300 bytes).
QrSquare qrSquare(const QString &text);

/// An address as a QR code: dark on light whatever the palette, as cameras want it.
class QrView final : public QWidget
{
    Q_OBJECT

public:
    explicit QrView(QWidget *parent = nullptr);

    void setText(const QString &text);
    QSize sizeHint() const override { return {240, 240}; }
    QSize minimumSizeHint() const override { return {120, 120}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QrSquare m_square;
};

} // namespace kite::ui
