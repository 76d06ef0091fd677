#include "ui/windows/emptypage.h"

#include <QCommandLinkButton>
#include <QLabel>
#include <QPainter>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/widgets/appearance.h"
#include "ui/widgets/svgicon.h"
#include "ui/windows/formparts.h"

namespace kite::ui {

class EmptyPage::DropArea final : public QLabel
{
public:
    using QLabel::QLabel;

    void setHovered(bool hovered)
    {
        m_hovered = hovered;
        update();
    }

protected:
    void paintEvent(QPaintEvent *event) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        QColor color = m_hovered ? outColor(palette()) : dimText(palette());
        painter.setPen(QPen(color, m_hovered ? 2 : 1, Qt::DashLine));
        color.setAlphaF(m_hovered ? 0.15F : 0.0F);
        painter.setBrush(color);
        painter.drawRoundedRect(QRectF(rect()).adjusted(1.5, 1.5, -1.5, -1.5), 8, 8);
        painter.end();
        QLabel::paintEvent(event);
    }

private:
    bool m_hovered = false;
};

EmptyPage::EmptyPage(QWidget *parent)
    : QWidget(parent)
    , m_drop(new DropArea(tr("Drop a folder here"), this))
{
    auto *title = new QLabel(tr("Put something on the web"), this);
    QFont large = title->font();
    large.setPointSizeF(large.pointSizeF() * 1.7);
    title->setFont(large);
    title->setAlignment(Qt::AlignCenter);
    title->setWordWrap(true);
    auto *lead = dimLabel(
        tr("It stays on this computer, gets an address, and is gone when you stop it."), this);
    lead->setAlignment(Qt::AlignCenter);

    auto *inner = new QVBoxLayout;
    inner->setSpacing(8);
    inner->addStretch(2);
    inner->addWidget(title);
    inner->addWidget(lead);
    inner->addSpacing(12);
    const auto add = [&](const char *icon, const QString &text, const QString &more, auto wanted) {
        auto *button = new QCommandLinkButton(text, more, this);
        button->setIcon({});
        button->setAccessibleDescription(more);
        connect(button, &QCommandLinkButton::clicked, this, wanted);
        auto *picture = new QToolButton(this); // Qt 6.4 does not mirror a command link's own icon
        picture->setIcon(inkIcon(QLatin1String(icon)));
        picture->setIconSize({24, 24});
        picture->setAutoRaise(true);
        picture->setFocusPolicy(Qt::NoFocus);
        connect(picture, &QToolButton::clicked, this, wanted);
        auto *choice = new QHBoxLayout;
        choice->setSpacing(2);
        choice->addWidget(picture);
        choice->addWidget(button, 1);
        inner->addLayout(choice);
    };
    add("folder", tr("Share a folder"),
        tr("Photos, a web site, class material: anybody with the address can see it."),
        &EmptyPage::shareWanted);
    add("port", tr("Share a local port"),
        tr("A development server, SSH, or a device in your network."), &EmptyPage::portWanted);
    add("relay", tr("Add a relay"), tr("Gives your kites a lasting address on the internet."),
        &EmptyPage::relayWanted);
    inner->addSpacing(12);
    m_drop->setAlignment(Qt::AlignCenter);
    m_drop->setMinimumHeight(72);
    inner->addWidget(m_drop);
    inner->addStretch(3);

    auto *row = new QHBoxLayout(this);
    row->addStretch(1);
    row->addLayout(inner, 4);
    row->addStretch(1);
}

void EmptyPage::setHovered(bool hovered)
{
    m_drop->setHovered(hovered);
}

} // namespace kite::ui
