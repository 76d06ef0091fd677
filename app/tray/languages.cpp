#include "app/tray/languages.h"

#include <QCoreApplication>
#include <QLibraryInfo>
#include <QLocale>
#include <QTranslator>

namespace kite::app {

void speakTheUsersLanguage(QCoreApplication &application)
{
    const auto load = [&application](const QString &file, const QString &folder) {
        auto *texts = new QTranslator(&application);
        if (texts->load(QLocale(), file, QStringLiteral("_"), folder))
            QCoreApplication::installTranslator(texts);
    };
    load(QStringLiteral("qtbase"), QLibraryInfo::path(QLibraryInfo::TranslationsPath));
    load(QStringLiteral("kiteline"), QStringLiteral(":/i18n"));
}

} // namespace kite::app
