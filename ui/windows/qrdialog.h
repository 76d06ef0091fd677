#pragma once

#include <QDialog>

namespace kite::ui {

/// One address as a QR code, large enough for a camera across a room.
class QrDialog final : public QDialog
{
    Q_OBJECT

public:
    explicit QrDialog(const QString &address, QWidget *parent = nullptr);
};

} // namespace kite::ui
