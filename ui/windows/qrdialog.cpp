#include "ui/windows/qrdialog.h"

#include <QDialogButtonBox>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/widgets/qrview.h"

namespace kite::ui {

QrDialog::QrDialog(const QString &address, QWidget *parent) : QDialog(parent)
{
    setWindowTitle(tr("QR code"));
    auto *view = new QrView(this);
    view->setText(address);
    auto *text = new QLabel(address, this);
    text->setTextFormat(Qt::PlainText);
    text->setAlignment(Qt::AlignCenter);
    text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    text->setWordWrap(true);
    auto *buttons = new QDialogButtonBox(this);
    auto *close = buttons->addButton(tr("Close"), QDialogButtonBox::RejectRole);
    close->setDefault(true);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto *column = new QVBoxLayout(this);
    column->addWidget(view, 1);
    column->addWidget(text);
    column->addWidget(buttons);
    resize(380, 440);
}

} // namespace kite::ui
