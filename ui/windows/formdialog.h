#pragma once

#include <QDialog>

namespace kite::ui {

/// A dialog as tall as what it shows: it grows when a line of it appears, and does not twitch back
/// when the line goes.
class FormDialog : public QDialog
{
    Q_OBJECT

public:
    explicit FormDialog(QWidget *parent = nullptr);

protected:
    bool event(QEvent *event) override;
    /// Exactly as tall: after it turned into something else.
    void fit();

private:
    int wantedHeight() const;
};

} // namespace kite::ui
