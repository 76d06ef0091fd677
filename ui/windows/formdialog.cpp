#include "ui/windows/formdialog.h"

#include <QEvent>
#include <QLayout>

namespace kite::ui {

namespace {

constexpr int formWidth = 520;

} // namespace

FormDialog::FormDialog(QWidget *parent) : QDialog(parent)
{
    resize(formWidth, 1);
}

/// A layout's own minimum does not know how tall wrapped lines become at this width.
int FormDialog::wantedHeight() const
{
    return layout()->hasHeightForWidth() ? layout()->totalHeightForWidth(width())
                                         : layout()->totalSizeHint().height();
}

void FormDialog::fit()
{
    layout()->activate();
    resize(width(), wantedHeight());
}

bool FormDialog::event(QEvent *event)
{
    const bool done = QDialog::event(event);
    const bool moved = event->type() == QEvent::LayoutRequest || event->type() == QEvent::Resize;
    if (moved && layout() != nullptr && height() < wantedHeight())
        resize(width(), wantedHeight());
    return done;
}

} // namespace kite::ui
