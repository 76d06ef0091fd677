#pragma once

#include <QTimer>

#include "ui/models/foldersummary.h"
#include "ui/windows/newkitedialog.h"

class QFileDialog;
class QLineEdit;

namespace kite::ui {

/// Shares a folder, a file, or several of either.
class ShareDialog final : public NewKiteDialog
{
    Q_OBJECT

public:
    explicit ShareDialog(QWidget *parent = nullptr);

    void setPaths(const QStringList &paths);

protected:
    void describe(settings::Kite &kite) const override;
    void showFaults(const QList<settings::Finding> &found) override;

private:
    void chooseFolder();
    void chooseFiles();
    void choose(QFileDialog &dialog);
    void typed(const QString &text);
    void look();
    settings::Target target() const;
    QString countText(const FolderFacts &facts) const;
    void showFacts();

    QStringList m_paths;
    FolderSummary m_summary;
    QTimer m_typing; ///< active while somebody may not be done
    QLineEdit *m_path;
    QLabel *m_facts;
    QLabel *m_fault;
};

/// What somebody typed or pasted as a path: `~/photos`, `file:///home/me/a%20b`, with quotes or
/// blanks around. Relative ones stay relative.
QString typedPath(const QString &text);

} // namespace kite::ui
