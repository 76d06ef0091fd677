#pragma once

#include <QAbstractButton>

namespace kite::ui {

/// A big on/off switch. Keyboard and screen readers see a checkable button.
class SwitchButton final : public QAbstractButton
{
    Q_OBJECT

public:
    explicit SwitchButton(QWidget *parent = nullptr);
    QSize sizeHint() const override { return {46, 26}; }

protected:
    void paintEvent(QPaintEvent *event) override;
};

} // namespace kite::ui
