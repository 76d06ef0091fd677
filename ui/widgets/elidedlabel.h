#pragma once

#include <QLabel>

namespace kite::ui {

/// One line that gives way: the middle of a long name goes, not the window's width.
class ElidedLabel final : public QLabel
{
    Q_OBJECT

public:
    explicit ElidedLabel(QWidget *parent = nullptr);
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
};

} // namespace kite::ui
