#pragma once

#include <QLineEdit>

#include "kitecore/secrets/secret.h"

namespace kite::ui {

/// Where a secret is typed or pasted: hidden until the user asks to see it, without undo, and
/// emptied when it goes.
class SecretField final : public QLineEdit
{
    Q_OBJECT

public:
    explicit SecretField(QWidget *parent = nullptr);
    ~SecretField() override;

    secrets::Secret secret() const;

private:
    void reveal(bool shown);

    QAction *m_reveal = nullptr;
};

} // namespace kite::ui
