#pragma once

#include <QWidget>

class QLineEdit;
class QPushButton;

namespace kite::ui {

/// A public address with what one does with it: copy, open, show as QR code.
class AddressRow final : public QWidget
{
    Q_OBJECT

public:
    explicit AddressRow(QWidget *parent = nullptr);

    /// Empty: there is no address yet; `instead` stands in its place.
    void setAddress(const QString &address, const QString &instead = {});
    QString address() const { return m_address; }

Q_SIGNALS:
    void copyWanted(const QString &address);
    void openWanted(const QString &address);
    void qrWanted(const QString &address);

private:
    QPushButton *addButton(const char *name, const QString &text, const QString &tip,
                           void (AddressRow::*wanted)(const QString &));

    QString m_address;
    QLineEdit *m_line;
    QList<QPushButton *> m_buttons;
};

} // namespace kite::ui
