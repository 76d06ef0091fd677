#include "app/tray/languages.h"

#include <QCoreApplication>
#include <QLibraryInfo>
#include <QLocale>
#include <QTranslator>

namespace kite::app {

void speakTheUsersLanguage(QCoreApplication &application)
{
    const auto load
        = [&application](const QLocale &locale, const QString &file, const QString &folder) {
              auto *texts = new QTranslator(&application);
              if (texts->load(locale, file, QStringLiteral("_"), folder))
                  QCoreApplication::installTranslator(texts);
          };
    const auto own = QStringLiteral(":/i18n");
    load(QLocale(QLocale::English), QStringLiteral("kiteline"), own); // its plural forms
    load(QLocale(), QStringLiteral("qtbase"), QLibraryInfo::path(QLibraryInfo::TranslationsPath));
    load(QLocale(), QStringLiteral("kiteline"), own);
}

} // namespace kite::app
