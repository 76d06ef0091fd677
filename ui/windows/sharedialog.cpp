#include "ui/windows/sharedialog.h"

#include <algorithm>

#include <QDir>
#include <QFileDialog>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QUrl>

#include "ui/text/faulttext.h"
#include "ui/text/kitetext.h"
#include "ui/text/units.h"
#include "ui/widgets/notebar.h"
#include "ui/windows/formparts.h"

namespace kite::ui {

using namespace std::chrono_literals;

namespace {

constexpr auto pause = 300ms; ///< in typing: `/` on the way to a folder is not what is meant

} // namespace

QString typedPath(const QString &text)
{
    QString path = text.trimmed();
    if (path.size() > 1 && path.startsWith(QLatin1Char('"')) && path.endsWith(QLatin1Char('"')))
        path = path.sliced(1, path.size() - 2);
    if (path.startsWith(QLatin1String("file:")))
        path = QUrl(path).toLocalFile();
    if (path == QLatin1String("~") || path.startsWith(QLatin1String("~/")))
        path.replace(0, 1, QDir::homePath());
    return path.isEmpty() ? path : QDir::cleanPath(QDir::fromNativeSeparators(path));
}

ShareDialog::ShareDialog(QWidget *parent)
    : NewKiteDialog(tr("Share"), parent)
    , m_path(new QLineEdit(this))
    , m_facts(dimLabel(tr("Hidden files are not shared."), this)) // its line is always there
    , m_fault(faultLabel(this))
{
    setWindowTitle(tr("Share a folder"));
    m_path->setObjectName(QStringLiteral("path"));
    m_path->setAccessibleName(tr("Folder or file"));
    m_path->setPlaceholderText(tr("A folder or a file"));
    auto *folder = new QPushButton(tr("Choose…"), this);
    folder->setObjectName(QStringLiteral("chooseFolder"));
    folder->setToolTip(tr("Choose a folder"));
    auto *files = new QPushButton(tr("Files…"), this);
    files->setObjectName(QStringLiteral("chooseFiles"));
    files->setToolTip(tr("Choose one or several files"));
    auto *what = new QHBoxLayout;
    what->addWidget(m_path, 1);
    for (QPushButton *button : {folder, files}) {
        button->setAutoDefault(false);
        what->addWidget(button);
    }
    form().addRow(tr("&What"), what);
    qobject_cast<QLabel *>(form().labelForField(what))->setBuddy(m_path);
    form().addRow(QString(), m_facts);
    form().addRow(QString(), m_fault);
    addTargetRows();
    m_path->setFocus();

    m_typing.setSingleShot(true);
    m_typing.setInterval(pause);
    connect(&m_typing, &QTimer::timeout, this, &ShareDialog::look);
    connect(m_path, &QLineEdit::textEdited, this, &ShareDialog::typed);
    connect(folder, &QPushButton::clicked, this, &ShareDialog::chooseFolder);
    connect(files, &QPushButton::clicked, this, &ShareDialog::chooseFiles);
    connect(&m_summary, &FolderSummary::changed, this, &ShareDialog::showFacts);
}

void ShareDialog::setPaths(const QStringList &paths)
{
    m_paths = paths;
    m_path->setText(paths.size() == 1 ? QDir::toNativeSeparators(paths.constFirst())
                                      : targetText(target()));
    m_typing.stop();
    retarget();
    look();
}

void ShareDialog::typed(const QString &text)
{
    const QString path = typedPath(text);
    m_paths = path.isEmpty() ? QStringList {} : QStringList {path};
    m_typing.start();
    m_summary.look({}); // nothing of what was there before
    retarget();
}

void ShareDialog::look()
{
    m_summary.look(m_paths);
    check();
    showFacts();
}

void ShareDialog::chooseFolder()
{
    const QString start = m_paths.isEmpty() ? QDir::homePath() : m_paths.constFirst();
    auto *dialog = new QFileDialog(this, tr("Share a folder"), start);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    choose(*dialog);
}

void ShareDialog::chooseFiles()
{
    auto *dialog = new QFileDialog(this, tr("Share files"), QDir::homePath());
    dialog->setFileMode(QFileDialog::ExistingFiles);
    choose(*dialog);
}

/// Does not wait for the answer: another start may take this dialog away meanwhile.
void ShareDialog::choose(QFileDialog &dialog)
{
    dialog.setAttribute(Qt::WA_DeleteOnClose);
    dialog.setSupportedSchemes({QStringLiteral("file")});
    connect(&dialog, &QFileDialog::filesSelected, this, &ShareDialog::setPaths);
    dialog.open();
}

settings::Target ShareDialog::target() const
{
    return {.kind = settings::Target::Kind::Share, .endpoint = {}, .paths = m_paths};
}

void ShareDialog::describe(settings::Kite &kite) const
{
    kite.target = target();
}

void ShareDialog::showFaults(const QList<settings::Finding> &found)
{
    const auto mine = std::ranges::find(found, settings::Field::Target, &settings::Finding::field);
    const bool quiet = mine == found.end() || m_typing.isActive();
    showFault(*m_fault, quiet ? QString() : faultText(*mine));
}

QString ShareDialog::countText(const FolderFacts &facts) const
{
    //: %1: "128 files", %2: "1.4 GB"
    const QString text = tr("%1, %2").arg(filesText(facts.files), bytesText(facts.bytes));
    if (m_summary.isBusy())
        return tr("Counting: %1").arg(text);
    return facts.complete ? text : tr("More than %1").arg(text);
}

void ShareDialog::showFacts()
{
    const FolderFacts facts = m_summary.facts();
    const bool nothing = m_typing.isActive() || facts.files == 0;
    m_facts->setText(nothing ? tr("Hidden files are not shared.") : countText(facts));

    QString worry;
    if (facts.wholeHome)
        worry = tr("This is your whole home folder. Everybody with the address could read all of "
                   "it. Better share one folder inside.");
    else if (!facts.worrying.isEmpty())
        worry = tr("Some files look private: %1. Everybody with the address could download them. "
                   "Move them elsewhere first.")
                    .arg(QLocale().createSeparatedList(facts.worrying));
    if (warning().text() != worry)
        warning().say(NoteBar::Weight::Warning, worry);
    if (!worry.isEmpty())
        setSafety(Safety::Worrying, tr("Share anyway"));
    else
        setSafety(m_typing.isActive() || m_summary.isBusy() ? Safety::Looking : Safety::Safe,
                  tr("Share"));
}

} // namespace kite::ui
