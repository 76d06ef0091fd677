#pragma once

#include <QObject>

#include "kitecore/settings/validation.h"

class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QWidget;

namespace kite::ui {

/// Two rows of a form: the name of a new kite and where it flies. Proposes a free name until the
/// user types one.
class PlacePicker final : public QObject
{
    Q_OBJECT

public:
    /// Adds its rows to `form`, whose widgets own them.
    explicit PlacePicker(QFormLayout &form, QWidget *parent);

    void setSettings(const settings::Settings &settings);
    void setTarget(const settings::Target &target);
    void chooseRelay(const QString &relayId);
    void fill(settings::Kite &kite) const;

    /// Shows what is wrong with the name; clears it when nothing is.
    void show(const QList<settings::Finding> &found);
    QWidget *lastField() const;

Q_SIGNALS:
    void changed();

private:
    const settings::Relay *relay() const;
    QString suffix() const;
    void fillPlaces();
    void propose();

    settings::Settings m_settings;
    settings::Target m_target;
    bool m_named = false; ///< the user typed a name
    QLineEdit *m_name;
    QLabel *m_suffix;
    QLabel *m_fault;
    QComboBox *m_place;
};

} // namespace kite::ui
