#include "ui/windows/question.h"

#include <QMessageBox>
#include <QPushButton>

namespace kite::ui {

void ask(const Question &question, QWidget *parent, std::function<void(bool yes)> answered)
{
    auto *box = new QMessageBox(QMessageBox::Question, question.title, question.text,
                                QMessageBox::NoButton, parent);
    box->setTextFormat(Qt::PlainText);
    box->setAttribute(Qt::WA_DeleteOnClose);
    const QPushButton *yes = box->addButton(question.yes, QMessageBox::DestructiveRole);
    QPushButton *no = box->addButton(question.no, QMessageBox::RejectRole);
    box->setDefaultButton(no);
    box->setEscapeButton(no);
    QObject::connect(box, &QMessageBox::finished, box, [box, yes, answered = std::move(answered)] {
        answered(box->clickedButton() == yes);
    });
    box->open();
    box->raise();
    box->activateWindow();
}

} // namespace kite::ui
