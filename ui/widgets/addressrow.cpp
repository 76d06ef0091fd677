#include "ui/widgets/addressrow.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>

#include "ui/widgets/svgicon.h"

namespace kite::ui {

AddressRow::AddressRow(QWidget *parent) : QWidget(parent), m_line(new QLineEdit(this))
{
    m_line->setReadOnly(true);
    m_line->setObjectName(QStringLiteral("address"));
    m_line->setAccessibleName(tr("Address"));
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins({});
    row->addWidget(m_line, 1);
    addButton("copy", tr("Copy"), tr("Copy the address"), &AddressRow::copyWanted);
    addButton("open", tr("Open"), tr("Open the address in the browser"), &AddressRow::openWanted);
    addButton("qr", tr("QR code"), tr("Show the address as a QR code"), &AddressRow::qrWanted);
    setAddress({});
}

QPushButton *AddressRow::addButton(const char *name, const QString &text, const QString &tip,
                                   void (AddressRow::*wanted)(const QString &))
{
    auto *button = new QPushButton(inkIcon(QLatin1String(name)), text, this);
    button->setObjectName(QLatin1String(name));
    button->setToolTip(tip);
    button->setAutoDefault(false);
    connect(button, &QPushButton::clicked, this, [this, wanted] {
        Q_EMIT(this->*wanted)(m_address);
    });
    layout()->addWidget(button);
    m_buttons << button;
    return button;
}

void AddressRow::setAddress(const QString &address, const QString &instead)
{
    m_address = address;
    const QString shown = address.isEmpty() ? instead : address;
    if (m_line->text() != shown) {
        m_line->setText(shown);
        m_line->setCursorPosition(0);
    }
    for (QPushButton *button : std::as_const(m_buttons))
        button->setEnabled(!address.isEmpty());
}

} // namespace kite::ui
