#pragma once

#include "app/cli/plan.h"
#include "tests/support/fakercfiles.h"

namespace kite::test {

inline QStringList typed(const char *words)
{
    return QString::fromUtf8(words).split(QLatin1Char(' '), Qt::SkipEmptyParts);
}

/// What is read of words as if they were typed.
inline Result<cli::Options, cli::UsageError>
read(const QStringList &words, settings::RcFiles &files, const char *environmentSecret = "")
{
    const auto line = cli::parseCommandLine(words);
    if (!line)
        return Err {line.error()};
    const auto settings = cli::gatherSettings(*line, files, {});
    if (!settings)
        return Err {settings.error()};
    return cli::readOptions(line->verb, *settings, files, secrets::Secret(environmentSecret));
}

inline Result<cli::Options, cli::UsageError> read(const char *words,
                                                  const char *environmentSecret = "")
{
    FakeRcFiles none;
    return read(typed(words), none, environmentSecret);
}

inline const cli::Surroundings here {QStringLiteral("/home/me/here"), QStringLiteral("/home/me")};
inline const auto rc = QStringLiteral("/home/me/.pagekite.rc");

/// What becomes of them, beside a configuration file in that place.
inline Result<cli::Plan, cli::UsageError> planned(const char *words, const QByteArray &rcText = {},
                                                  const char *environmentSecret = "")
{
    FakeRcFiles files;
    files.files[rc] = rcText;
    const auto line = cli::parseCommandLine(typed(words));
    if (!line)
        return Err {line.error()};
    const auto gathered = cli::gatherSettings(*line, files, rc);
    if (!gathered)
        return Err {gathered.error()};
    auto settings = *gathered;
    cli::addImpliedDefaults(*line, settings);
    const secrets::Secret secret(environmentSecret);
    const auto options = cli::readOptions(line->verb, settings, files, secret);
    if (!options)
        return Err {options.error()};
    return cli::makePlan(line->verb, line->words, *options, secret, here);
}

} // namespace kite::test
