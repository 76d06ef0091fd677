#pragma once

#include <chrono>

#include <QDateTime>
#include <QFileSystemWatcher>
#include <QHash>
#include <QStringList>
#include <QTimer>

namespace kite::settings {

/// Tells when files become others: written anew, replaced, or switched by a symbolic link on the
/// way (as certbot does). Hears of it from the system, and looks each minute besides, for file
/// systems that tell nothing. A file that is missing, its folder as well, counts as one more state.
class FileWatch final : public QObject
{
    Q_OBJECT

public:
    /// A writer may take so long between two steps.
    static constexpr std::chrono::milliseconds settleTime {300};
    static constexpr std::chrono::minutes lookEvery {1};

    explicit FileWatch(QObject *parent = nullptr);

    /// These from now on, as they are now. A file that was watched before keeps its last state.
    void watch(const QStringList &files);
    /// Compares now.
    void look();

Q_SIGNALS:
    void changed(const QStringList &files);
    /// They differ already, and settleTime before changed(): whoever writes them may not be done.
    /// Only where the system tells.
    void stirred(const QStringList &files);

private:
    struct State
    {
        QString target; ///< behind links; empty: there is none
        QDateTime written;
        qint64 bytes = 0;
        bool operator==(const State &) const = default;
    };
    static State stateOf(const QString &file);
    void glance();
    void listen();

    QHash<QString, State> m_files;
    QHash<QString, State> m_stirred; ///< as it was told before they settled
    QFileSystemWatcher m_system;
    QTimer m_soon;
    QTimer m_settle;
    QTimer m_everyMinute;
};

} // namespace kite::settings
