#pragma once

#include "app/cli/join.h"
#include "app/cli/rcwork.h"
#include "tests/support/fakercfiles.h"

namespace kite::test {

const auto usualFile = QStringLiteral("/home/me/.pagekite.rc");
const cli::Surroundings homeOfMe {QStringLiteral("/home/me/here"), QStringLiteral("/home/me")};

/// A command line, and what it comes to with the usual file.
struct ReadWords
{
    cli::CommandLine line;
    cli::Options options;
};

/// @param words parted by blanks
inline Result<ReadWords, cli::UsageError> readWords(const char *words, FakeRcFiles &files,
                                                    const secrets::Secret &secret)
{
    const auto line = cli::parseCommandLine(
        QString::fromUtf8(words).split(QLatin1Char(' '), Qt::SkipEmptyParts));
    if (!line)
        return Err {line.error()};
    const auto settings = cli::gatherSettings(
        *line, files, files.files.contains(usualFile) ? usualFile : QString());
    if (!settings)
        return Err {settings.error()};
    auto options = cli::readOptions(line->verb, *settings, files, secret);
    if (!options)
        return Err {options.error()};
    return ReadWords {*line, std::move(options).value()};
}

/// What an invitation makes of a file.
inline Result<QByteArray, cli::UsageError>
keptIn(const QByteArray &before, const settings::Invitation &invitation, FakeRcFiles &files)
{
    const auto path = QStringLiteral("kept");
    files.files[path] = before;
    settings::RcTexts texts(files);
    return cli::keepInvitation(invitation, texts, path);
}

} // namespace kite::test
