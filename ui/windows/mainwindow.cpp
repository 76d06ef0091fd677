#include "ui/windows/mainwindow.h"

#include <QCloseEvent>
#include <QDragEnterEvent>
#include <QHBoxLayout>
#include <QListView>
#include <QMimeData>
#include <QPushButton>
#include <QShortcut>
#include <QSplitter>
#include <QStackedWidget>
#include <QUrl>
#include <QVBoxLayout>

#include "ui/widgets/kitedelegate.h"
#include "ui/widgets/notebar.h"
#include "ui/widgets/svgicon.h"
#include "ui/windows/emptypage.h"
#include "ui/windows/kitepanel.h"

namespace kite::ui {

namespace {

QStringList localPaths(const QMimeData &data)
{
    QStringList paths;
    for (const QUrl &url : data.urls()) {
        if (url.isLocalFile())
            paths << url.toLocalFile();
    }
    return paths;
}

bool somethingIsUp(const Activity &activity)
{
    return activity.flying + activity.connecting + activity.down > 0;
}

} // namespace

MainWindow::MainWindow(KiteListModel &kites, QWidget *parent)
    : QMainWindow(parent)
    , m_kites(kites)
    , m_note(new NoteBar(this))
    , m_pages(new QStackedWidget(this))
    , m_empty(new EmptyPage(this))
{
    setWindowTitle(QStringLiteral("Kiteline"));
    setWindowIcon(applicationIcon());
    setAcceptDrops(true);
    m_pages->addWidget(m_empty);
    m_pages->addWidget(makeKites());
    auto *middle = new QWidget(this);
    auto *column = new QVBoxLayout(middle);
    column->setContentsMargins({});
    column->setSpacing(0);
    m_top = makeTop();
    column->addWidget(m_top);
    auto *note = new QHBoxLayout;
    note->setContentsMargins(12, 0, 12, 10);
    note->addWidget(m_note);
    column->addLayout(note);
    column->addWidget(m_pages, 1);
    setCentralWidget(middle);
    resize(920, 600);

    QPushButton *understood = m_note->addButton(tr("Close"));
    connect(understood, &QPushButton::clicked, m_note, &NoteBar::clear);
    connect(m_empty, &EmptyPage::shareWanted, this, &MainWindow::shareWanted);
    connect(m_empty, &EmptyPage::portWanted, this, &MainWindow::portWanted);
    connect(m_empty, &EmptyPage::relayWanted, this, &MainWindow::addRelayWanted);
    connectPanel();
    addShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S), &MainWindow::shareWanted);
    addShortcut(QKeySequence::New, &MainWindow::portWanted);
    addShortcut(QKeySequence(Qt::CTRL | Qt::Key_Comma), &MainWindow::settingsWanted);
    addShortcut(QKeySequence(Qt::CTRL | Qt::Key_Q), &MainWindow::quitWanted);
    connect(new QShortcut(QKeySequence::Close, this), &QShortcut::activated, this, &QWidget::close);

    connect(&m_kites, &QAbstractItemModel::rowsInserted, this, &MainWindow::followKites);
    connect(&m_kites, &QAbstractItemModel::rowsRemoved, this, &MainWindow::followKites);
    connect(&m_kites, &QAbstractItemModel::modelReset, this, &MainWindow::followKites);
    connect(&m_kites, &QAbstractItemModel::dataChanged, this, &MainWindow::showChosen);
    followKites();
}

QWidget *MainWindow::makeTop()
{
    auto *top = new QWidget(this);
    auto *row = new QHBoxLayout(top);
    row->setContentsMargins(12, 10, 12, 10);
    const auto add = [&](const char *icon, const QString &text) {
        auto *button = new QPushButton(inkIcon(QLatin1String(icon)), text, top);
        row->addWidget(button);
        return button;
    };
    auto *share = add("folder", tr("Share a folder"));
    share->setObjectName(QStringLiteral("share"));
    connect(share, &QPushButton::clicked, this, &MainWindow::shareWanted);
    auto *port = add("port", tr("Share a local port"));
    port->setObjectName(QStringLiteral("addKite"));
    connect(port, &QPushButton::clicked, this, &MainWindow::portWanted);
    auto *relay = add("relay", tr("Add relay"));
    relay->setObjectName(QStringLiteral("addRelay"));
    connect(relay, &QPushButton::clicked, this, &MainWindow::addRelayWanted);
    row->addStretch(1);
    m_pauseAll = add("pause", {});
    m_pauseAll->setObjectName(QStringLiteral("pauseAll"));
    connect(m_pauseAll, &QPushButton::clicked, this,
            [this] { Q_EMIT pauseAllWanted(somethingIsUp(m_kites.activity())); });
    auto *settings = add("settings", tr("Settings"));
    settings->setObjectName(QStringLiteral("settings"));
    connect(settings, &QPushButton::clicked, this, &MainWindow::settingsWanted);
    return top;
}

QWidget *MainWindow::makeKites()
{
    auto *splitter = new QSplitter(this);
    splitter->setChildrenCollapsible(false);
    m_list = new QListView(splitter);
    m_list->setObjectName(QStringLiteral("kites"));
    m_list->setAccessibleName(tr("Kites"));
    m_list->setModel(&m_kites);
    m_list->setItemDelegate(new KiteDelegate(m_list));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setUniformItemSizes(true);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setMinimumWidth(220);
    m_panel = new KitePanel(splitter);
    splitter->setStretchFactor(0, 0);
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({300, 620});
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this,
            &MainWindow::showChosen);
    return splitter;
}

void MainWindow::connectPanel()
{
    connect(m_panel, &KitePanel::pauseWanted, this, &MainWindow::pauseWanted);
    connect(m_panel, &KitePanel::stopWanted, this, &MainWindow::stopWanted);
    connect(m_panel, &KitePanel::retryWanted, this, &MainWindow::retryWanted);
    connect(m_panel, &KitePanel::secretWanted, this, &MainWindow::secretWanted);
    connect(m_panel, &KitePanel::copyWanted, this, &MainWindow::copyWanted);
    connect(m_panel, &KitePanel::openWanted, this, &MainWindow::openWanted);
    connect(m_panel, &KitePanel::qrWanted, this, &MainWindow::qrWanted);
}

void MainWindow::addShortcut(const QKeySequence &keys, void (MainWindow::*wanted)())
{
    connect(new QShortcut(keys, this), &QShortcut::activated, this, wanted);
}

void MainWindow::followKites()
{
    const bool any = m_kites.rowCount() > 0;
    m_pages->setCurrentIndex(any ? 1 : 0);
    for (const char *name : {"share", "addKite", "addRelay", "pauseAll"})
        m_top->findChild<QPushButton *>(QLatin1String(name))->setVisible(any);
    if (any && !m_list->currentIndex().isValid())
        m_list->setCurrentIndex(m_kites.index(0));
    showChosen();
}

void MainWindow::showChosen()
{
    const bool up = somethingIsUp(m_kites.activity());
    const QString pauseText = up ? tr("Pause all") : tr("Resume all");
    if (m_pauseAll->text() != pauseText) {
        m_pauseAll->setText(pauseText);
        m_pauseAll->setIcon(inkIcon(up ? QStringLiteral("pause") : QStringLiteral("resume")));
    }
    const QString id = chosenKite();
    if (const KiteRow *row = m_kites.row(id))
        m_panel->show(*row, m_kites.series(id));
}

void MainWindow::choose(const QString &kiteId)
{
    if (const QModelIndex index = m_kites.indexOf(kiteId); index.isValid())
        m_list->setCurrentIndex(index);
}

QString MainWindow::chosenKite() const
{
    return m_list->currentIndex().data(KiteListModel::IdRole).toString();
}

void MainWindow::tell(const QString &sentence)
{
    m_note->say(NoteBar::Weight::Warning, sentence);
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    event->accept();
    Q_EMIT closed();
}

void MainWindow::dragEnterEvent(QDragEnterEvent *event)
{
    if (localPaths(*event->mimeData()).isEmpty())
        return;
    event->setDropAction(Qt::CopyAction);
    event->accept();
    m_empty->setHovered(true);
}

void MainWindow::dragLeaveEvent(QDragLeaveEvent *)
{
    m_empty->setHovered(false);
}

void MainWindow::dropEvent(QDropEvent *event)
{
    m_empty->setHovered(false);
    event->setDropAction(Qt::CopyAction);
    event->accept();
    Q_EMIT pathsDropped(localPaths(*event->mimeData()));
}

} // namespace kite::ui
