#pragma once

#include <QString>

class QFormLayout;
class QLabel;
class QWidget;

/// What the forms of all dialogs have in common.
namespace kite::ui {

/// The line below a field that says what is wrong with it; hidden while nothing is.
QLabel *faultLabel(QWidget *parent);
void showFault(QLabel &label, const QString &text);

/// A quiet second line: explanations, counts.
QLabel *dimLabel(const QString &text, QWidget *parent);

/// Labels above or beside the fields as the platform likes it, long words wrap instead of widening.
QFormLayout *newForm();

} // namespace kite::ui
