#include "app/cli/commandline.h"

#include <algorithm>

namespace kite::cli {

namespace {

QString shown(const Option &option)
{
    return QLatin1String("--") + QLatin1String(option.name);
}

Err<UsageError> wrong(const QString &sentence)
{
    return Err {UsageError {sentence}};
}

/// @param name may be anything, also a secret behind a mistyped `=`: only what looks like a name is
/// repeated.
Err<UsageError> unknown(QStringView name)
{
    const auto *const end = std::ranges::find_if(name, [](QChar c) {
        return !c.isLetterOrNumber() && c != QLatin1Char('_') && c != QLatin1Char('-');
    });
    name = name.first(end - name.begin());
    return wrong(QStringLiteral("There is no option --%1; the nearest is %2.")
                     .arg(name, shown(nearestOption(name))));
}

class Parser
{
public:
    explicit Parser(const QStringList &words) : m_words(words) {}

    Result<CommandLine, UsageError> parse()
    {
        bool options = true;
        while (m_at < m_words.size()) {
            const QString word = m_words[m_at++];
            Result<void, UsageError> read;
            if (options && word == u"--")
                options = false;
            else if (options && word.startsWith(u"--"))
                read = takeLong(QStringView(word).sliced(2));
            else if (options && word.size() > 1 && word.startsWith(QLatin1Char('-')))
                read = takeLetters(QStringView(word).sliced(1));
            else if (!options || !takeVerb(word))
                m_line.words.append(word);
            if (!read)
                return Err {read.error()};
        }
        return m_line;
    }

private:
    /// @return whether it is one: the first word that is no option may be.
    bool takeVerb(QStringView given)
    {
        if (m_line.verb != Verb::Fly || !m_line.words.isEmpty())
            return false;
        static constexpr std::pair<QStringView, Verb> verbs[] = {{u"share", Verb::Share},
                                                                 {u"relay", Verb::Relay},
                                                                 {u"join", Verb::Join},
                                                                 {u"status", Verb::Status},
                                                                 {u"help", Verb::Help}};
        const auto *const found
            = std::ranges::find(verbs, given, &std::pair<QStringView, Verb>::first);
        if (found == std::end(verbs))
            return false;
        m_line.verb = found->second;
        return true;
    }

    Result<void, UsageError> takeLong(QStringView body)
    {
        const auto equals = body.indexOf(QLatin1Char('='));
        const auto name = equals < 0 ? body : body.first(equals);
        const auto *option = findOption(name);
        if (!option)
            return unknown(name);
        if (equals >= 0)
            return takeWithValue(*option, body.sliced(equals + 1).toString());
        return takeWithNext(*option);
    }

    Result<void, UsageError> takeLetters(QStringView letters)
    {
        while (!letters.isEmpty()) {
            const auto *option = findLetter(letters.front());
            if (!option)
                return wrong(QStringLiteral("There is no option -%1.").arg(letters.front()));
            letters = letters.sliced(1);
            if (option->takes == Takes::Value && !letters.isEmpty())
                return takeWithValue(*option, letters.toString());
            if (auto taken = takeWithNext(*option); !taken)
                return taken;
        }
        return {};
    }

    Result<void, UsageError> takeWithValue(const Option &option, const QString &value)
    {
        if (option.takes == Takes::Nothing && !(isRelayTls(option)))
            return wrong(QStringLiteral("%1 takes no value.").arg(shown(option)));
        m_line.settings.append({&option, value, {}});
        return {};
    }

    Result<void, UsageError> takeWithNext(const Option &option)
    {
        QString value;
        if (option.takes == Takes::Value || isRelayTls(option)) {
            if (m_at == m_words.size())
                return wrong(QStringLiteral("%1 needs a value.").arg(shown(option)));
            value = m_words[m_at++];
        } else if (option.takes == Takes::MaybeValue && nextIsDigit()) {
            value = m_words[m_at++]; // pagekite.py's `--watch 4`
        }
        m_line.settings.append({&option, value, {}});
        return {};
    }

    bool nextIsDigit() const
    {
        return m_at < m_words.size() && m_words[m_at].size() == 1 && m_words[m_at][0].isDigit();
    }

    /// `kite relay --tls PEM`, where elsewhere, also in front of `relay`, `--tls` stands alone.
    bool isRelayTls(const Option &option) const
    {
        return option.act == Act::Tls && m_line.verb == Verb::Relay;
    }

    const QStringList &m_words;
    qsizetype m_at = 0;
    CommandLine m_line;
};

// --- configuration files ---

using Gathered = Result<QList<Setting>, UsageError>;

UsageError sentenceFor(const settings::RcFailure &failure)
{
    if (failure.error == settings::RcError::TooDeep)
        return {QStringLiteral("%1: too many configuration files inside each other.")
                    .arg(failure.file)};
    return {QStringLiteral("%1 cannot be read: %2.").arg(failure.file, failure.detail)};
}

Gathered fromFiles(const Result<QList<settings::RcLine>, settings::RcFailure> &lines)
{
    if (!lines)
        return Err {sentenceFor(lines.error())};
    QList<Setting> found;
    for (const auto &line : *lines) {
        const QString place = line.file + QLatin1Char(':') + QString::number(line.line);
        const auto *option = findOption(line.name);
        if (line.name == u"abort_not_configured") // stands in Debian's sample
            return wrong(QStringLiteral("%1: this file has not been set up yet: give it your "
                                        "kite's name and secret, and take this line out.")
                             .arg(place));
        if (!option)
            return wrong(place + QLatin1String(": ") + unknown(line.name).error.sentence);
        if (option->takes == Takes::Value && line.value.isNull())
            return wrong(QStringLiteral("%1: %2 needs a value.").arg(place, shown(*option)));
        if (option->takes == Takes::Nothing && !line.value.isNull())
            return wrong(QStringLiteral("%1: %2 takes no value.").arg(place, shown(*option)));
        found.append({option, line.value, place});
    }
    return found;
}

bool has(const QList<Setting> &settings, Act act)
{
    return std::ranges::any_of(settings,
                               [act](const Setting &one) { return one.option->act == act; });
}

} // namespace

Result<CommandLine, UsageError> parseCommandLine(const QStringList &words)
{
    return Parser(words).parse();
}

Gathered gatherSettings(const CommandLine &line, settings::RcFiles &files,
                        const QString &defaultFile)
{
    QList<Setting> all;
    const auto add = [&all](const Gathered &found) -> Result<void, UsageError> {
        if (!found)
            return Err {found.error()};
        all += *found;
        return {};
    };
    if (line.verb == Verb::Fly && !has(line.settings, Act::Clean) && !defaultFile.isEmpty()) {
        if (const auto added = add(fromFiles(settings::loadRc(files, defaultFile))); !added)
            return Err {added.error()};
    }
    for (const Setting &setting : line.settings) {
        Result<void, UsageError> added;
        if (setting.option->act == Act::OptFile)
            added = add(fromFiles(settings::loadRc(files, setting.value)));
        else if (setting.option->act == Act::OptDir)
            added = add(fromFiles(settings::loadRcFolder(files, setting.value)));
        else
            all.append(setting);
        if (!added)
            return Err {added.error()};
    }
    return all;
}

void addImpliedDefaults(const CommandLine &line, QList<Setting> &settings)
{
    using enum Act;
    static constexpr Act relays[]
        = {Frontend, Frontends, Defaults, WhiteLabel, WhiteLabelTls, IsFrontend};
    const bool said = std::ranges::any_of(relays, [&](Act act) { return has(settings, act); });
    if (line.verb != Verb::Fly || said)
        return;
    static constexpr QStringView domains[] = {u".pagekite.me", u".302.is", u".testing.is"};
    const bool theirs = std::ranges::any_of(line.words, [](const QString &word) {
        const auto name = word.section(QLatin1String("://"), -1).section(QLatin1Char(':'), 0, 0);
        return !word.startsWith(QLatin1Char('+'))
            && std::ranges::any_of(
                domains, [&](QStringView domain) { return name.toLower().endsWith(domain); });
    });
    if (theirs)
        settings.append({findOption(u"defaults"), {}, {}});
}

} // namespace kite::cli
