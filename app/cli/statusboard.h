#pragma once

#include <functional>
#include <memory>

#include <QByteArray>
#include <QJsonObject>
#include <QList>
#include <QLocalServer>
#include <QObject>
#include <QStringList>

namespace kite::cli {

/// Where a kite that runs tells of itself, for this user alone: `$XDG_RUNTIME_DIR/kite`, or
/// `/run/kite`, or a folder of ours below the temporary one. @return empty: this system has no such
/// place, or it is somebody else's.
QString statusFolder();
/// Every place where this user may ask: for root also those of others.
QStringList statusFolders();

/// Tells whoever connects to a local socket what this process is doing: one JSON object, then the
/// end. Reads nothing; the socket is for its user alone, named after the process, and goes with it.
class StatusBoard final : public QObject
{
    Q_OBJECT

public:
    static constexpr int maxAskers = 16;
    static constexpr std::chrono::seconds patience {2}; ///< with one who does not read

    /// @param status asked anew for each.
    explicit StatusBoard(std::function<QJsonObject()> status);

    /// @param folder statusFolder(); empty, or where no socket can be made: nobody can ask.
    /// @return whether somebody can.
    bool open(const QString &folder);

private:
    void answer();

    std::function<QJsonObject()> m_status;
    QLocalServer m_server;
    int m_askers = 0;
};

/// What one process said of itself; `status` is empty if it did not answer in time.
struct AskedStatus
{
    qint64 pid = 0;
    QJsonObject status;
};

/// Asks all processes that tell of themselves there, each for at most `StatusBoard::patience`;
/// takes away what dead ones left behind. Blocks.
QList<AskedStatus> askStatus(const QStringList &folders);

enum class Lamps { Words, Colours };
/// For people. Without a process: that there is none.
QString statusText(const QList<AskedStatus> &asked, Lamps lamps);
/// An object for each process, one a line.
QString statusJson(const QList<AskedStatus> &asked);

/// `kite status`. @return what to print.
QString tellStatus(bool json);

} // namespace kite::cli
