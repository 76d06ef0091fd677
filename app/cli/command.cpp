#include "app/cli/command.h"

#include <cerrno>
#include <cstdio>
#include <memory>

#include <QDir>
#include <QLockFile>

#include "app/cli/diskfiles.h"
#include "app/cli/help.h"
#include "app/cli/join.h"
#include "app/cli/rcwork.h"
#include "app/cli/relayaccounts.h"
#include "app/cli/sentences.h"
#include "app/cli/statusboard.h"

namespace kite::cli {

namespace {

/// Whether a file others may read gave us a secret.
QStringList exposureWarnings(const QStringList &exposed, const QList<Setting> &settings)
{
    QStringList warnings;
    for (const QString &file : exposed) {
        const bool secret = std::ranges::any_of(settings, [&](const Setting &setting) {
            return setting.option->act == Act::SecretFile ? setting.value == file
                                                          : setting.option->colonsBeforeSecret >= 0
                    && setting.place.startsWith(file + QLatin1Char(':'))
                    && setting.value.count(QLatin1Char(':')) >= setting.option->colonsBeforeSecret;
        });
        if (secret)
            warnings.append(
                QStringLiteral("%1 holds a secret and others can read it (chmod 600).").arg(file));
    }
    return warnings;
}

/// Keeps other kites from changing the same file meanwhile. @return null: there is no need, or no
/// way, which the writing will tell.
Result<std::shared_ptr<QLockFile>, UsageError> lockFiles(const FileTask &task)
{
    const auto &work = task.options.fileWork;
    if (!work.edit && !work.save)
        return std::shared_ptr<QLockFile>();
    static constexpr int patienceMs = 10'000;
    const QString path = resolve(saveFileOf(task), task.surroundings.homeFolder);
    auto lock = std::make_shared<QLockFile>(path + QLatin1String(".lock"));
    if (!lock->tryLock(patienceMs) && lock->error() == QLockFile::LockFailedError)
        return Err {
            UsageError {QStringLiteral("%1 is being changed by another program.").arg(path)}};
    return lock;
}

/// Does what is to be done to configuration files.
Result<FileResult, UsageError> settle(const FileTask &task)
{
    const auto locked = lockFiles(task);
    if (!locked)
        return Err {locked.error()};
    auto result = workOnFiles(task);
    if (!result)
        return Err {result.error()};
    for (const auto &[path, text] : result->files) {
        const auto written = writePrivately(path, text, task.surroundings.homeFolder);
        if (!written)
            return Err {UsageError {
                QStringLiteral("%1 cannot be written: %2.").arg(path, written.error())}};
    }
    return result;
}

/// The text of a file with an invitation in it.
Result<QByteArray, UsageError> withInvitation(const settings::Invitation &invitation,
                                              DiskFiles &files, const QString &path)
{
    settings::RcTexts texts(files);
    if (const auto bytes = texts.read(path); !bytes && files.exists(path))
        return Err {UsageError {QStringLiteral("%1 cannot be read: %2.").arg(path, bytes.error())}};
    return keepInvitation(invitation, texts, path);
}

/// Keeps an invitation for later. @return what to tell.
Result<QString, UsageError> keep(const settings::Invitation &invitation, DiskFiles &files,
                                 const QString &path, const QString &homeFolder)
{
    static constexpr int patienceMs = 10'000;
    QLockFile lock(path + QLatin1String(".lock"));
    if (!lock.tryLock(patienceMs) && lock.error() == QLockFile::LockFailedError)
        return Err {
            UsageError {QStringLiteral("%1 is being changed by another program.").arg(path)}};
    const auto text = withInvitation(invitation, files, path);
    if (!text)
        return Err {text.error()};
    if (const auto written = writePrivately(path, *text, homeFolder); !written)
        return Err {
            UsageError {QStringLiteral("%1 cannot be written: %2.").arg(path, written.error())}};
    return QStringLiteral("Kept in %1. Now fly something: kite 3000 %2\n")
        .arg(path, QString::fromUtf8(invitation.name));
}

Result<Plan, UsageError> textPlan(const Result<QString, UsageError> &text)
{
    if (!text)
        return Err {text.error()};
    Plan plan;
    plan.show = Show::Text;
    plan.text = *text;
    return plan;
}

using Errand = Result<std::optional<Plan>, UsageError>;

Errand told(const Result<QString, UsageError> &text)
{
    auto plan = textPlan(text);
    if (!plan)
        return Err {plan.error()};
    return std::optional(std::move(plan).value());
}

/// What is asked for besides flying: a status, work on files or accounts. std::nullopt: nothing
/// that stands in the way of flying. @param kites become what is saved of them.
Errand runErrand(const FileTask &task, QList<DeclaredKite> &kites)
{
    const CommandLine &line = task.line;
    if (line.verb == Verb::Status) {
        if (!line.words.isEmpty())
            return Err {UsageError {QStringLiteral("status takes no words.")}};
        return told(tellStatus(task.options.output.json));
    }
    const auto &work = task.options.fileWork;
    if (work.edit || work.list || work.save) {
        const auto settled = settle(task);
        if (!settled)
            return Err {settled.error()};
        if (work.edit || work.list)
            return told(settled->told);
        if (const auto kept = flyWhatIsKept(task, settled->sources, kites); !kept)
            return Err {kept.error()};
    }
    if (line.verb == Verb::Relay && !line.words.isEmpty())
        return told(workOnAccounts(line.words, task.options, task.surroundings));
    return std::optional<Plan>();
}

} // namespace

Result<Plan, UsageError> readCommand(const QStringList &words,
                                     const secrets::Secret &environmentSecret, CommandFiles &files,
                                     Reading reading)
{
    auto parsed = parseCommandLine(words);
    if (!parsed)
        return Err {parsed.error()};
    CommandLine line = std::move(parsed).value();
    files.kept.begin();
    const Surroundings surroundings {QDir::currentPath(), QDir::homePath()};
    const QString usual = surroundings.homeFolder + QLatin1String("/.pagekite.rc");
    std::optional<settings::Invitation> joined;
    if (line.verb == Verb::Join) {
        const auto invitation = acceptInvitation(line);
        if (!invitation)
            return Err {invitation.error()};
        if (line.words.isEmpty())
            return textPlan(keep(*invitation, files.disk, usual, surroundings.homeFolder));
        joined = *invitation;
    }
    const auto gathered
        = gatherSettings(line, files.kept, files.isThere(usual) ? usual : QString());
    if (!gathered)
        return Err {gathered.error()};
    auto settings = *gathered;
    if (joined)
        leaveOutOthers(settings);
    addImpliedDefaults(line, settings);
    auto read = readOptions(line.verb, settings, files.kept, environmentSecret);
    if (!read)
        return Err {read.error()};
    Options options = std::move(read).value();
    const FileTask task {line, options, files.disk, usual, joined, environmentSecret, surroundings};
    auto errand = options.show == Show::Nothing && reading == Reading::First
        ? runErrand(task, options.kites)
        : Errand(std::nullopt);
    if (!errand)
        return Err {errand.error()};
    if (auto done = std::move(errand).value())
        return *std::move(done);
    auto plan = makePlan(line.verb, line.words, options, environmentSecret, surroundings);
    if (!plan)
        return plan;
    Plan made = std::move(plan).value();
    made.warnings += exposureWarnings(files.disk.exposedFiles(), settings);
    for (const QString &fault : files.kept.takeFaults())
        made.warnings.append(saidBeforeStays(fault));
    files.kept.end();
    return made;
}

Result<void, QString> show(const Plan &plan)
{
    QString text;
    switch (plan.show) {
    case Show::Nothing:
        return {};
    case Show::Help:
        text = helpText(plan.verb);
        break;
    case Show::HelpMan:
        text = manText();
        break;
    case Show::Version:
        text = QStringLiteral("kite " KITE_VERSION "\n");
        break;
    case Show::AppVersion:
        text = QStringLiteral(KITE_VERSION "\n");
        break;
    case Show::Text:
        text = plan.text;
        break;
    case Show::Settings:
        text = settingsText(plan);
        break;
    }
    const bool written = std::fputs(text.toUtf8().constData(), stdout) >= 0;
    if (!written || std::fflush(stdout) != 0)
        return Err {
            QStringLiteral("The answer cannot be written: %1.").arg(qt_error_string(errno))};
    return {};
}

} // namespace kite::cli
