#include "ui/widgets/notebar.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>

#include "ui/widgets/appearance.h"
#include "ui/widgets/svgicon.h"

namespace kite::ui {

NoteBar::NoteBar(QWidget *parent)
    : QFrame(parent)
    , m_icon(new QLabel(this))
    , m_text(new QLabel(this))
{
    m_text->setWordWrap(true);
    m_text->setTextFormat(Qt::PlainText);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_text->setFocusPolicy(Qt::NoFocus);
    m_text->setObjectName(QStringLiteral("note"));
    m_text->setMinimumWidth(120);
    auto *words = new QHBoxLayout;
    words->setSpacing(10);
    words->addWidget(m_icon, 0, Qt::AlignTop);
    words->addWidget(m_text, 1);
    auto *buttons = new QHBoxLayout;
    buttons->addStretch(1);
    m_buttons = buttons;
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(12, 10, 12, 10);
    all->addLayout(words);
    all->addLayout(buttons);
    hide();
}

QPushButton *NoteBar::addButton(const QString &text)
{
    auto *button = new QPushButton(text, this);
    button->setAutoDefault(false);
    m_buttons->addWidget(button);
    return button;
}

void NoteBar::say(Weight weight, const QString &text)
{
    m_weight = weight;
    m_text->setText(text);
    m_text->setAccessibleName(text);
    const QString icon
        = weight == Weight::Warning ? QStringLiteral("warning") : QStringLiteral("info");
    m_icon->setPixmap(inkIcon(icon).pixmap(QSize(16, 16), devicePixelRatioF()));
    setVisible(!text.isEmpty());
}

void NoteBar::clear()
{
    say(Weight::Information, {});
}

QString NoteBar::text() const
{
    return m_text->text();
}

void NoteBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor color = m_weight == Weight::Warning
        ? stateColor(stats::KiteState::Refused, palette())
        : outColor(palette());
    QColor shade = color;
    shade.setAlphaF(0.10F);
    painter.setPen(QPen(color, 1));
    painter.setBrush(shade);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5);
}

} // namespace kite::ui
