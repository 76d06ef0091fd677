#pragma once

#include <memory>

#include <QObject>
#include <QStringList>
#include <QThread>
#include <QTimer>

namespace kite::ui {

/// What somebody is about to share.
struct FolderFacts
{
    qint64 files = 0;
    qint64 bytes = 0;
    bool complete = false;  ///< all was seen; else there is at least so much
    bool wholeHome = false; ///< the home folder, or one above it
    /// Files that look private: keys, password stores, database dumps. The first few.
    QStringList worrying;

    bool isWorrying() const { return wholeHome || !worrying.isEmpty(); }
    bool operator==(const FolderFacts &) const = default;
};

/// Whether a file of this name is hardly ever meant for the public.
bool looksPrivate(const QString &fileName);

/// Counts what a share would show, on a thread of its own: a slow disk delays no window. Hidden
/// files and links are not counted, as they are not served.
class FolderSummary final : public QObject
{
    Q_OBJECT

public:
    static constexpr qint64 maxFiles = 500'000; ///< beyond this "more than" is said
    static constexpr int maxWorrying = 5;

    explicit FolderSummary(QObject *parent = nullptr);
    ~FolderSummary() override;

    /// Starts anew; what was looked at before is dropped.
    void look(const QStringList &paths);
    FolderFacts facts() const { return m_facts; }
    bool isBusy() const { return m_walk != nullptr; }

Q_SIGNALS:
    void changed(); ///< several times a second while counting, and at the end

private:
    struct Walk;

    void drop();
    void collect();

    std::shared_ptr<Walk> m_walk;
    QThread *m_thread = nullptr; ///< deletes itself when it is done
    QTimer m_collect;
    FolderFacts m_facts;
};

} // namespace kite::ui
