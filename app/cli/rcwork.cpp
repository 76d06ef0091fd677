#include "app/cli/rcwork.h"

#include <algorithm>
#include <functional>
#include <set>

#include <QDir>

#include "app/cli/diskfiles.h"
#include "app/cli/join.h"
#include "app/cli/kiteflags.h"
#include "app/cli/lastword.h"
#include "app/cli/sentences.h"
#include "kitecore/settings/kitelines.h"

namespace kite::cli {

namespace {

using namespace settings;
using Outcome = Result<void, UsageError>;

Err<UsageError> wrong(const QString &sentence)
{
    return Err {UsageError {sentence}};
}

QString unreadable(const QString &file)
{
    return QStringLiteral("%1 cannot be read.").arg(file);
}

QString sentenceFor(const EditFailure &failure)
{
    switch (failure.error) {
    case EditError::Unreadable:
        return unreadable(failure.text);
    case EditError::NoSuchKite:
        return QStringLiteral("There is no kite %1 in the configuration.").arg(failure.text);
    case EditError::CannotHold:
        return QStringLiteral("A configuration file cannot hold this value of %1: blanks beside "
                              "':' and '=' are lost there, and a secret is UTF-8 without ':'.")
            .arg(failure.text);
    case EditError::Twice:
        return QStringLiteral("%1 is there twice, with different origins.").arg(failure.text);
    case EditError::Shared:
        return QStringLiteral(
                   "A configuration file has the same %1: say the same for both, or give "
                   "one of them a port of its own (NAME:PORT).")
            .arg(failure.text);
    }
    Q_UNREACHABLE();
}

bool isAbout(const RcLine &line, const Option &option)
{
    const Option *const known = findOption(line.name);
    return known && (known == &option || (option.act != Act::None && known->act == option.act));
}

/// An option of the command line that a file shall hold, and what it holds by now.
class Keeping
{
public:
    Keeping(const Setting &setting, const QList<RcLine> &lines)
        : m_setting(setting)
        , m_lines(lines)
        , m_value(setting.option->takes == Takes::Nothing ? QString() : setting.value)
    {
    }

    /// Puts it in so that it counts at the next start: once if it adds up, in the place of the last
    /// one otherwise; behind all that takes it back. The first certificate stays where it is, too:
    /// it is for visitors who name none.
    void putInto(RcDocument &document, const QString &file) const
    {
        for (qsizetype n = 0; n < m_lines.size(); ++n) {
            if (isSame(m_lines[n]) && isLastWord(n))
                return;
        }
        const QByteArray text = RcDocument::line(QLatin1String(m_setting.option->name), m_value);
        for (qsizetype n = m_lines.size(); !isAdditive(*m_setting.option) && n-- > 0;) {
            if (m_lines[n].file == file && isAbout(m_lines[n], *m_setting.option) && isLastWord(n))
                return document.replace(m_lines[n].line, text);
        }
        std::set<int, std::greater<>> before; // from below: others keep their numbers
        for (const RcLine &line : m_lines) {
            if (line.file == file && isSame(line) && m_setting.option->act != Act::TlsEndpoint)
                before.insert(line.line);
        }
        for (const int line : before)
            document.remove(line);
        document.append(text);
    }

private:
    bool isSame(const RcLine &line) const
    {
        return isAbout(line, *m_setting.option) && line.value == m_value;
    }

    /// Whether none of the lines below that one takes it back, or would not count behind it.
    bool isLastWord(qsizetype at) const
    {
        return std::none_of(m_lines.begin() + at + 1, m_lines.end(), [&](const RcLine &line) {
            const Setting other {findOption(line.name), line.value, {}};
            return other.option && (takesBack(other, m_setting) || takesBack(m_setting, other));
        });
    }

    const Setting &m_setting;
    const QList<RcLine> &m_lines;
    QString m_value;
};

QString originText(const RcKite &kite)
{
    const auto &target = kite.spec.target;
    if (target.kind == Target::Kind::Share)
        return target.paths.isEmpty() ? QStringLiteral("builtin")
                                      : target.paths.join(QLatin1String(", "));
    return target.endpoint.toString();
}

/// The address as people type it: `http://name`, `raw://name:22`.
QString nameText(const KiteId &id)
{
    QString text = QString::fromUtf8(id.protocol + "://" + id.domain);
    if (id.port != 0)
        text += QLatin1Char(':') + QString::number(id.port);
    return text;
}

QString listText(const QList<RcKite> &kites)
{
    static constexpr qsizetype originColumns = 18;
    static constexpr qsizetype nameColumns = 40;
    QString text;
    for (const RcKite &kite : kites) {
        QString line = originText(kite).leftJustified(originColumns) + QLatin1Char(' ')
            + nameText(kite.spec.id);
        if (!kite.on)
            line = line.leftJustified(originColumns + 1 + nameColumns)
                + QLatin1String(" (disabled)");
        text += line + QLatin1Char('\n');
    }
    return text;
}

class Work
{
public:
    explicit Work(const FileTask &task) : m_task(task), m_texts(task.files) {}

    Result<FileResult, UsageError> run()
    {
        const auto &todo = m_task.options.fileWork;
        if (m_task.line.verb != Verb::Fly)
            return wrong(QStringLiteral("kite share and kite relay keep nothing in files."));
        if (auto ready = choose(); !ready)
            return Err {ready.error()};
        RcKites kites(m_texts, m_sources, m_home);
        if (todo.edit || todo.save) {
            if (auto fits = checkInvitation(); !fits)
                return Err {fits.error()};
            if (auto kept = keepOptions(About::EverythingElse); !kept)
                return Err {kept.error()};
            if (auto changed = change(kites); !changed)
                return Err {changed.error()};
            if (auto kept = keepOptions(About::Kites); !kept) // what words say goes before
                return Err {kept.error()};
        }
        FileResult result;
        result.sources = m_sources;
        for (const auto &[path, text] : m_texts.changed())
            result.files.append({path, text});
        if (todo.list)
            result.told = listText(RcKites(m_texts, m_sources, m_home).kites());
        return result;
    }

private:
    /// Which files there are; where another one is to be written, all of them as that one.
    Outcome choose()
    {
        m_sources = sourcesOf(m_task.line,
                              m_texts.exists(m_task.defaultFile) ? m_task.defaultFile : QString());
        m_home = saveFileOf(m_task);
        const auto lines = loadSources(m_texts, m_sources);
        if (!lines)
            return wrong(unreadable(lines.error().file));
        if (m_texts.exists(m_home) && !m_texts.read(m_home)) // it would be replaced
            return wrong(unreadable(m_home));
        if (const auto known = nameAsRead(m_home, *lines)) {
            m_home = *known;
            return {};
        }
        const bool writes = m_task.options.fileWork.edit || m_task.options.fileWork.save;
        return writes && !m_sources.isEmpty() ? flatten() : begin();
    }

    QString placeOf(const QString &file) const
    {
        const QString path = resolve(file, m_task.surroundings.homeFolder);
        return QDir::cleanPath(QDir(m_task.surroundings.workingFolder).absoluteFilePath(path));
    }

    /// What a file is called where it is read, or would be; std::nullopt: it is not.
    std::optional<QString> nameAsRead(const QString &file, const QList<RcLine> &lines) const
    {
        const QString place = placeOf(file);
        for (const RcLine &line : lines) {
            if (line.file == file || placeOf(line.file) == place)
                return line.file;
        }
        for (const RcSource &source : m_sources) {
            const QString there = placeOf(source.path);
            if (source.kind == RcSource::Kind::File && there == place)
                return source.path;
            if (source.kind == RcSource::Kind::Folder && place.startsWith(there + QLatin1Char('/')))
                return source.path + place.sliced(there.size());
        }
        return std::nullopt;
    }

    Outcome begin()
    {
        m_texts.document(m_home);
        m_sources.append({RcSource::Kind::File, m_home});
        return {};
    }

    Outcome flatten()
    {
        if (!m_texts.document(m_home).toByteArray().trimmed().isEmpty())
            return wrong(QStringLiteral("%1 holds settings that were not read: name it with "
                                        "--optfile, too, or remove it first.")
                             .arg(m_home));
        QByteArray all;
        for (const RcSource &source : m_sources) {
            const auto text = source.kind == RcSource::Kind::File
                ? flattenRc(m_texts, source.path)
                : flattenRcFolder(m_texts, source.path);
            if (!text)
                return wrong(unreadable(text.error().file));
            all += *text;
        }
        m_texts.document(m_home) = RcDocument(all);
        m_sources = {{RcSource::Kind::File, m_home}};
        return {};
    }

    /// Whether the kites of what will be the configuration fly as before with the invitation.
    Outcome checkInvitation()
    {
        if (!m_task.invitation)
            return {};
        const auto lines = loadSources(m_texts, m_sources);
        if (!lines)
            return wrong(unreadable(lines.error().file));
        if (const auto missing = missingIn(*lines, *m_task.invitation); !missing)
            return Err {missing.error()};
        return {};
    }

    enum class About { Kites, EverythingElse };

    Outcome keepOptions(About what)
    {
        for (const Setting &setting : m_task.line.settings) {
            const Act act = setting.option->act;
            const bool isSecret = act == Act::KiteSecret && !adds().isEmpty();
            const bool ofKites = act == Act::ServiceCfg || act == Act::WebPath;
            if (!isKept(*setting.option) || isSecret || ofKites != (what == About::Kites))
                continue;
            if (!RcDocument::canHold(setting.value))
                return wrong(sentenceFor(
                    EditFailure {EditError::CannotHold,
                                 QLatin1String("--") + QLatin1String(setting.option->name)}));
            const auto lines = loadRc(m_texts, m_home);
            if (!lines)
                return wrong(unreadable(lines.error().file));
            Keeping(setting, *lines).putInto(m_texts.document(m_home), m_home);
        }
        return {};
    }

    /// The words whose kites go into the file.
    QStringList adds() const
    {
        const auto edit = m_task.options.fileWork.edit;
        return !edit || *edit == KiteEdit::Add || *edit == KiteEdit::Only ? m_task.line.words
                                                                          : QStringList();
    }

    Outcome change(RcKites &kites)
    {
        const auto edit = m_task.options.fileWork.edit;
        if (m_task.line.words.isEmpty() && !edit)
            return {};
        if (m_task.line.words.isEmpty())
            return wrong(QStringLiteral("The change of the configuration needs a name."));
        const auto parsed = parseKiteWords(m_task.line.words);
        if (!parsed)
            return wrong(cli::sentenceFor(parsed.error()));
        auto words = *parsed;
        for (KiteWords &one : words) {
            if (auto finished = finishPaths(one.spec.target.paths, m_task.surroundings); !finished)
                return finished;
        }
        if (auto flagsFit = checkFlagsAreUnderstood(words); !flagsFit)
            return flagsFit;
        const auto done = kites.edit(edit.value_or(KiteEdit::Only), words, secret());
        if (!done)
            return wrong(sentenceFor(done.error()));
        return {};
    }

    /// With one that nobody understands none of the file's kites would fly at the next start.
    static Outcome checkFlagsAreUnderstood(const QList<KiteWords> &words)
    {
        for (const KiteWords &one : words) {
            settings::KiteSpec kite = one.spec;
            if (!one.withOrigin) // the file's
                kite.target.endpoint.host = QStringLiteral("localhost");
            for (settings::KiteFlag &flag : kite.flags)
                flag.value = settings::truthOf(flag.value); // as it is read back
            if (const auto read = readKiteFlags(kite.flags, kite, Firewall::On); !read)
                return wrong(nameText(kite.id) + QLatin1String(": ") + read.error());
        }
        return {};
    }

    /// That of this run; what files say in general is not in the place of what kites have.
    QByteArray secret() const
    {
        const bool said = std::ranges::any_of(m_task.line.settings, [](const Setting &one) {
            return one.option->act == Act::KiteSecret || one.option->act == Act::SecretFile;
        });
        return said ? m_task.options.secretOfLine : m_task.environmentSecret.reveal().toByteArray();
    }

    const FileTask &m_task;
    RcTexts m_texts;
    QList<RcSource> m_sources;
    QString m_home;
};

} // namespace

QList<RcSource> sourcesOf(const CommandLine &line, const QString &defaultFile)
{
    QList<RcSource> sources;
    const bool clean = std::ranges::any_of(
        line.settings, [](const Setting &one) { return one.option->act == Act::Clean; });
    if (line.verb == Verb::Fly && !clean && !defaultFile.isEmpty())
        sources.append({RcSource::Kind::File, defaultFile});
    for (const Setting &setting : line.settings) {
        if (setting.option->act == Act::OptFile)
            sources.append({RcSource::Kind::File, setting.value});
        else if (setting.option->act == Act::OptDir)
            sources.append({RcSource::Kind::Folder, QDir::cleanPath(setting.value)});
    }
    return sources;
}

QString saveFileOf(const FileTask &task)
{
    if (!task.options.fileWork.saveFile.isEmpty())
        return task.options.fileWork.saveFile;
    const auto sources = sourcesOf(task.line, task.defaultFile);
    if (sources.isEmpty() || sources.first().path == task.defaultFile)
        return task.defaultFile;
    const auto file = std::find_if(sources.crbegin(), sources.crend(), [](const RcSource &source) {
        return source.kind == RcSource::Kind::File;
    });
    return file == sources.crend() ? sources.last().path + QLatin1String("/80_kite.rc")
                                   : file->path;
}

Result<void, UsageError> flyWhatIsKept(const FileTask &task, const QList<RcSource> &sources,
                                       QList<DeclaredKite> &kites)
{
    if (task.line.words.isEmpty())
        return {};
    CommandLine line;
    for (const RcSource &source : sources) {
        const bool isFile = source.kind == RcSource::Kind::File;
        line.settings.append({findOption(isFile ? u"optfile" : u"optdir"), source.path, {}});
    }
    const auto gathered = gatherSettings(line, task.files, {});
    if (!gathered)
        return Err {gathered.error()};
    auto settings = *gathered;
    settings.removeIf([](const Setting &setting) { // others may need what only this run knows
        using enum Act;
        static constexpr Act ofKites[] = {KiteName, KiteSecret, SecretFile, ServiceOn, ServiceOff};
        return std::ranges::count(ofKites, setting.option->act) == 0;
    });
    const auto options = readOptions(Verb::Fly, settings, task.files, {});
    if (!options)
        return Err {options.error()};
    kites.removeIf([](const DeclaredKite &kite) { return kite.fromFile; });
    kites += options->kites;
    return {};
}

Result<FileResult, UsageError> workOnFiles(const FileTask &task)
{
    return Work(task).run();
}

} // namespace kite::cli
