#pragma once

#include <QList>
#include <QString>

namespace kite::ui {

/// A local server that could be shared.
struct ListeningPort
{
    quint16 port = 0;
    QString program; ///< its name; empty where the system does not tell
    bool operator==(const ListeningPort &) const = default;
};

/// Finds what listens on this computer; each system has its own way.
class ListeningPorts
{
public:
    virtual ~ListeningPorts() = default;
    /// By port, each once; empty where the system does not tell. Takes a few milliseconds.
    virtual QList<ListeningPort> find() = 0;
};

} // namespace kite::ui
