#include "ui/windows/formparts.h"

#include <QEvent>
#include <QFormLayout>
#include <QLabel>

#include "ui/widgets/appearance.h"

namespace kite::ui {

namespace {

/// A label in a colour that follows the palette.
class InkLabel final : public QLabel
{
public:
    using Ink = QColor (*)(const QPalette &);

    InkLabel(const QString &text, Ink ink, QWidget *parent) : QLabel(text, parent), m_ink(ink)
    {
        setWordWrap(true);
        QSizePolicy wide(QSizePolicy::Expanding, QSizePolicy::Preferred);
        wide.setHeightForWidth(true);
        setSizePolicy(wide); // a form gives others no more than they ask for
        setTextFormat(Qt::PlainText);
        recolor();
    }

protected:
    void changeEvent(QEvent *event) override
    {
        QLabel::changeEvent(event);
        if (event->type() == QEvent::PaletteChange || event->type() == QEvent::ParentChange)
            recolor();
    }

private:
    void recolor()
    {
        const QColor base
            = parentWidget() != nullptr ? m_ink(parentWidget()->palette()) : m_ink(palette());
        if (palette().color(QPalette::WindowText) == base)
            return;
        QPalette tinted = palette();
        tinted.setColor(QPalette::WindowText, base);
        setPalette(tinted);
    }

    Ink m_ink;
};

QColor faultInk(const QPalette &palette)
{
    return stateColor(stats::KiteState::Refused, palette);
}

} // namespace

QLabel *faultLabel(QWidget *parent)
{
    auto *label = new InkLabel({}, faultInk, parent);
    label->setObjectName(QStringLiteral("fault"));
    label->hide();
    return label;
}

void showFault(QLabel &label, const QString &text)
{
    label.setText(text);
    label.setVisible(!text.isEmpty());
}

QLabel *dimLabel(const QString &text, QWidget *parent)
{
    return new InkLabel(text, dimText, parent);
}

QFormLayout *newForm()
{
    auto *form = new QFormLayout;
    form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    form->setRowWrapPolicy(QFormLayout::WrapLongRows);
    form->setHorizontalSpacing(14);
    form->setVerticalSpacing(8);
    return form;
}

} // namespace kite::ui
