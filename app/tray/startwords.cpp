#include "app/tray/startwords.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QUrl>

#include "app/engine/invitationword.h"

namespace kite::app {

namespace {

/// File managers hand over paths or file: addresses.
QString absolutePath(const QString &word)
{
    const QUrl url(word);
    const QString path = url.isLocalFile() ? url.toLocalFile() : word;
    // Where the working folder was removed a relative path would begin at the root.
    const bool isLost
        = path.isEmpty() || (QDir::isRelativePath(path) && QDir::currentPath().isEmpty());
    return isLost ? QString() : QFileInfo(path).absoluteFilePath();
}

} // namespace

OwnWords::OwnWords(int argc, char **argv) : m_count(argc), m_texts(argv, argv + argc)
{
    for (std::string &text : m_texts)
        m_words.push_back(text.data());
    m_words.push_back(nullptr);
    for (int word = 0; word < argc; ++word)
        hideInvitation(argv[word]);
}

std::variant<Wish, Reply> readStartWords(const QStringList &words)
{
    constexpr int wrongUsage = 2;
    QCommandLineParser parser;
    parser.setApplicationDescription(
        QCoreApplication::translate("StartWords", "Puts what is on your computer on the web."));
    const QCommandLineOption background(
        QStringLiteral("background"),
        QCoreApplication::translate("StartWords", "Start in the tray, without a window."));
    parser.addOption(background);
    const auto help = parser.addHelpOption();
    const auto version = parser.addVersionOption();
    parser.addPositionalArgument(
        QStringLiteral("path"),
        QCoreApplication::translate("StartWords", "Files or a folder to share at once."),
        QStringLiteral("[PATH...]"));
    parser.addPositionalArgument(
        QStringLiteral("invitation"),
        QCoreApplication::translate("StartWords", "A relay's invitation, kite://..., to look at."),
        QStringLiteral("[INVITATION]"));
    if (!parser.parse(words))
        return Reply {wrongUsage, parser.errorText() + QLatin1Char('\n')};
    if (parser.isSet(help))
        return Reply {0, parser.helpText()};
    if (parser.isSet(version))
        return Reply {0, QStringLiteral("kiteline " KITE_VERSION "\n")};

    Wish wish;
    wish.background = parser.isSet(background);
    for (const QString &word : parser.positionalArguments()) {
        if (isInvitation(word)) {
            if (!wish.invitation.isEmpty())
                return Reply {
                    wrongUsage,
                    QCoreApplication::translate("StartWords", "One invitation at a time.\n")};
            wish.invitation = word;
            continue;
        }
        const QString path = absolutePath(word);
        if (!QFileInfo::exists(path))
            return Reply {wrongUsage,
                          QCoreApplication::translate("StartWords", "There is no %1.\n").arg(word)};
        wish.paths << path;
    }
    return wish;
}

} // namespace kite::app
