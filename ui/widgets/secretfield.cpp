#include "ui/widgets/secretfield.h"

#include <QAction>

#include "ui/widgets/svgicon.h"

namespace kite::ui {

SecretField::SecretField(QWidget *parent) : QLineEdit(parent)
{
    setEchoMode(QLineEdit::Password);
    setInputMethodHints(Qt::ImhHiddenText | Qt::ImhSensitiveData | Qt::ImhNoPredictiveText
                        | Qt::ImhNoAutoUppercase);
    m_reveal = addAction(inkIcon(QStringLiteral("eye")), QLineEdit::TrailingPosition);
    m_reveal->setCheckable(true);
    m_reveal->setText(tr("Show the secret"));
    m_reveal->setToolTip(m_reveal->text());
    connect(m_reveal, &QAction::toggled, this, &SecretField::reveal);
}

SecretField::~SecretField()
{
    clear();
}

secrets::Secret SecretField::secret() const
{
    QByteArray bytes = text().trimmed().toUtf8(); // pasted secrets bring a line end with them
    const secrets::Secret secret(bytes);
    bytes.fill('\0');
    return secret;
}

void SecretField::reveal(bool shown)
{
    setEchoMode(shown ? QLineEdit::Normal : QLineEdit::Password);
    m_reveal->setIcon(inkIcon(shown ? QStringLiteral("eye-off") : QStringLiteral("eye")));
    m_reveal->setText(shown ? tr("Hide the secret") : tr("Show the secret"));
    m_reveal->setToolTip(m_reveal->text());
}

} // namespace kite::ui
