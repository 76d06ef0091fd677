#pragma once

#include <QByteArray>
#include <QHash>

#include "ui/models/listeningports.h"

namespace kite::app {

/// What listens for this computer's own connections in a text of the form of /proc/net/tcp or tcp6
/// (proc(5)): port by inode. Sockets on other addresses than loopback and any are left out.
QHash<quint64, quint16> listeningSockets(QByteArrayView table);

/// Linux: /proc tells who listens; programs of other users have no name.
class ProcPorts final : public ui::ListeningPorts
{
public:
    /// @param proc is another folder in tests
    explicit ProcPorts(QString proc = QStringLiteral("/proc")) : m_proc(std::move(proc)) {}
    QList<ui::ListeningPort> find() override;

private:
    QHash<quint16, QString> programs(const QHash<quint64, quint16> &sockets) const;

    QString m_proc;
};

} // namespace kite::app
