#pragma once

#include <QDialog>

#include "kitecore/settings/kiteconfig.h"

class QCheckBox;
class QListWidget;
class QPushButton;
class QSpinBox;
class QTabWidget;

namespace kite::ui {

/// Every change is taken at once; there is nothing to confirm.
class SettingsDialog final : public QDialog
{
    Q_OBJECT

public:
    explicit SettingsDialog(QWidget *parent = nullptr);

    void setSettings(const settings::Settings &settings);
    void showRelays();

Q_SIGNALS:
    void preferencesWanted(const kite::settings::Preferences &preferences);
    void addRelayWanted();
    void changeRelayWanted(const QString &relayId);
    void removeRelayWanted(const QString &relayId);

private:
    QWidget *makeGeneral();
    QWidget *makeRelays();
    QCheckBox *addCheck(QWidget *page, const char *name, const QString &text);
    void tell();
    void remove();
    QString chosenRelay() const;

    settings::Settings m_settings;
    QCheckBox *m_notices = nullptr;
    QCheckBox *m_startAtLogin = nullptr;
    QCheckBox *m_lan = nullptr;
    QSpinBox *m_port = nullptr;
    QTabWidget *m_tabs = nullptr;
    QListWidget *m_relays = nullptr;
    QPushButton *m_change = nullptr;
    QPushButton *m_remove = nullptr;
};

} // namespace kite::ui
