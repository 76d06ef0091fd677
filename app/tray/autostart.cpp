#include "app/tray/autostart.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QSaveFile>
#include <QStandardPaths>

namespace kite::app {

namespace {

/// Desktop Entry Specification, "The Exec key".
QByteArray quoted(QString program)
{
    for (const char sign : {'\\', '"', '`', '$'})
        program.replace(QLatin1Char(sign), QLatin1Char('\\') + QString(QLatin1Char(sign)));
    program.replace(QLatin1Char('\\'), QLatin1String("\\\\")); // a string value, once more
    program.replace(QLatin1Char('%'), QLatin1String("%%"));
    return '"' + program.toUtf8() + '"';
}

} // namespace

Autostart::Autostart(QString folder, QString program)
    : m_folder(std::move(folder))
    , m_program(std::move(program))
{
}

Autostart Autostart::ofThisProgram()
{
    return {QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation)
                + QStringLiteral("/autostart"),
            QCoreApplication::applicationFilePath()};
}

QString Autostart::path() const
{
    return m_folder + QStringLiteral("/kiteline.desktop");
}

bool Autostart::isSet() const
{
    return QFile::exists(path());
}

settings::Preferences Autostart::follow(settings::Preferences wanted,
                                        const settings::Preferences &before) const
{
    if (wanted.startAtLogin != before.startAtLogin)
        set(wanted.startAtLogin);
    wanted.startAtLogin = isSet();
    return wanted;
}

bool Autostart::set(bool atLogin) const
{
    if (!atLogin)
        return !isSet() || QFile::remove(path());
    QSaveFile file(path());
    if (!QDir().mkpath(m_folder) || !file.open(QIODevice::WriteOnly))
        return false;
    file.write(
        "[Desktop Entry]\nType=Application\nName=Kiteline\nIcon=kiteline\nTerminal=false\nExec="
        + quoted(m_program) + " --background\n");
    return file.commit();
}

} // namespace kite::app
