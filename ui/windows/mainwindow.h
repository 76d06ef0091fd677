#pragma once

#include <QMainWindow>

#include "ui/models/kitelistmodel.h"

class QHBoxLayout;
class QListView;
class QPushButton;
class QSplitter;
class QStackedWidget;

namespace kite::ui {

class EmptyPage;
class KitePanel;
class NoteBar;

/// Kites at the start side, the chosen one at the end side; without any, the ways to begin.
class MainWindow final : public QMainWindow
{
    Q_OBJECT

public:
    explicit MainWindow(KiteListModel &kites, QWidget *parent = nullptr);

    void choose(const QString &kiteId);
    QString chosenKite() const;
    /// A sentence about the program as a whole, until it is closed.
    void tell(const QString &sentence);

Q_SIGNALS:
    void shareWanted();
    void pathsDropped(const QStringList &paths);
    void portWanted();
    void addRelayWanted();
    void settingsWanted();
    void quitWanted();
    void pauseAllWanted(bool paused);
    void pauseWanted(const QString &kiteId, bool paused);
    void stopWanted(const QString &kiteId);
    void retryWanted();
    void secretWanted(const QString &relayId);
    void copyWanted(const QString &address);
    void openWanted(const QString &address);
    void qrWanted(const QString &address);
    /// The user closed it; it hides, and whoever listens decides what else.
    void closed();

protected:
    void closeEvent(QCloseEvent *event) override;
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dragLeaveEvent(QDragLeaveEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    QWidget *makeTop();
    QWidget *makeKites();
    void connectPanel();
    void addShortcut(const QKeySequence &keys, void (MainWindow::*wanted)());
    void followKites();
    void showChosen();

    KiteListModel &m_kites;
    QPushButton *m_pauseAll = nullptr;
    NoteBar *m_note = nullptr;
    QStackedWidget *m_pages = nullptr;
    EmptyPage *m_empty = nullptr;
    QListView *m_list = nullptr;
    KitePanel *m_panel = nullptr;
    QWidget *m_top = nullptr;
};

} // namespace kite::ui
