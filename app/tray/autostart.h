#pragma once

#include <QString>

#include "kitecore/settings/kiteconfig.h"

namespace kite::app {

/// Starting at login by an entry in the user's autostart folder (freedesktop.org, Desktop
/// Application Autostart Specification).
class Autostart
{
public:
    /// @param folder is where entries lie; `program` the one to start, with `--background`
    Autostart(QString folder, QString program);
    /// `~/.config/autostart` and this program.
    static Autostart ofThisProgram();

    /// @return whether it is so now.
    bool set(bool atLogin) const;
    bool isSet() const;
    /// Does what somebody changed; what the desktop or another program did meanwhile stands.
    /// @return `wanted` with what is so now.
    settings::Preferences follow(settings::Preferences wanted,
                                 const settings::Preferences &before) const;
    QString path() const;

private:
    QString m_folder;
    QString m_program;
};

} // namespace kite::app
