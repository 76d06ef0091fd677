#pragma once

#include <QFrame>

class QLabel;
class QPushButton;

namespace kite::ui {

/// A sentence that needs to be read, with at most two things to do about it. Hidden while empty.
class NoteBar final : public QFrame
{
    Q_OBJECT

public:
    enum class Weight { Information, Warning };

    explicit NoteBar(QWidget *parent = nullptr);

    void say(Weight weight, const QString &text);
    void clear();
    QString text() const;
    Weight weight() const { return m_weight; }

    /// Shown at the end while there is a text; the caller connects it.
    QPushButton *addButton(const QString &text);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Weight m_weight = Weight::Information;
    QLabel *m_icon;
    QLabel *m_text;
    QLayout *m_buttons;
};

} // namespace kite::ui
