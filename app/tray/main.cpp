#include <cstdio>

#include <QApplication>
#include <QDir>
#include <QStandardPaths>

#include "app/engine/quitsignals.h"
#include "app/engine/standardstreams.h"
#include "app/tray/languages.h"
#include "app/tray/startwords.h"
#include "app/tray/trayapp.h"
#include "kitecore/net/socketcalls.h"

using namespace kite;

namespace {

int say(const app::Reply &reply)
{
    std::fputs(qPrintable(reply.text), reply.exitCode == 0 ? stdout : stderr);
    return reply.exitCode;
}

/// Where the lock and the socket of the running program lie; private to the user.
QString runtimeFolder()
{
    QString folder = QStandardPaths::writableLocation(QStandardPaths::RuntimeLocation);
    if (folder.isEmpty())
        folder = QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation);
    QDir().mkpath(folder);
    return folder;
}

QString settingsPath()
{
    return QStandardPaths::writableLocation(QStandardPaths::AppConfigLocation)
        + QStringLiteral("/settings.json");
}

int fly(app::SingleInstance &instance, const app::Wish &wish)
{
    const app::QuitSignals signalled;
    app::TrayApp program(settingsPath());
    QObject::connect(&signalled, &app::QuitSignals::quitAsked, qApp, &QCoreApplication::quit);
    QObject::connect(&instance, &app::SingleInstance::wished, &program, &app::TrayApp::grant);
    QMetaObject::invokeMethod(
        &program, [&] { program.start(wish); }, Qt::QueuedConnection);
    return QCoreApplication::exec();
}

} // namespace

int main(int argc, char **argv)
{
    app::holdStandardStreams();
    net::calls::raiseDescriptorLimit();
    app::OwnWords own(argc, argv);
    QApplication application(own.count(), own.words());
    QCoreApplication::setApplicationName(QStringLiteral("kiteline"));
    QCoreApplication::setApplicationVersion(QStringLiteral(KITE_VERSION));
    QGuiApplication::setApplicationDisplayName(QStringLiteral("Kiteline"));
    QGuiApplication::setDesktopFileName(QStringLiteral("kiteline"));
    QGuiApplication::setWindowIcon(QIcon(QStringLiteral(":/kiteline/icons/kiteline.svg")));
    QGuiApplication::setQuitOnLastWindowClosed(false);
    app::speakTheUsersLanguage(application);

    const auto words = app::readStartWords(QCoreApplication::arguments());
    if (const auto *reply = std::get_if<app::Reply>(&words))
        return say(*reply);
    const auto &wish = *std::get_if<app::Wish>(&words);
    const QString folder = runtimeFolder();
    app::SingleInstance instance(folder);
    switch (instance.start(wish)) {
    case app::SingleInstance::Role::First:
        return fly(instance, wish);
    case app::SingleInstance::Role::Second:
        return 0;
    case app::SingleInstance::Role::Barred:
        return say(
            {1,
             QCoreApplication::translate(
                 "Start", "Kiteline cannot write in %1. Allow writing and make room there.\n")
                 .arg(folder)});
    case app::SingleInstance::Role::Stuck:
        break;
    }
    return say({1,
                QCoreApplication::translate(
                    "Start", "Kiteline is running already, but does not answer. End it first.\n")});
}
