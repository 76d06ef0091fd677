#pragma once

#include <functional>

#include <QJsonArray>
#include <QTcpServer>

#include "app/cli/roles.h"
#include "kitecore/base/endpoint.h"
#include "kitecore/origin/gatecounts.h"
#include "kitecore/relay/relayserver.h"

namespace kite::cli {

/// Counts as Prometheus reads them (text format 0.0.4): of a relay,
QByteArray metricsText(const relay::RelayCounts &counts);
/// of kites that this computer serves, and of the gates in front of them,
QByteArray metricsText(const std::vector<OpenKite> &kites, const origin::GateCounts &gates);
/// and of links to relays. @param relays as Flights::describe() gives them.
QByteArray metricsText(const QJsonArray &relays);

/// Answers `GET /metrics` on a port of the operator's, without asking who reads: it belongs on
/// loopback. Few readers at a time, each for a few seconds.
class MetricsServer final : public QObject
{
    Q_OBJECT

public:
    static constexpr int maxReaders = 16;
    static constexpr std::chrono::seconds patience {5};
    static constexpr qint64 maxHeadBytes = 8192;

    explicit MetricsServer(std::function<QByteArray()> text);

    /// @return the system's reason.
    Result<void, QString> listen(const Endpoint &endpoint);
    quint16 port() const { return m_server.serverPort(); }

private:
    void accept();
    void read(QTcpSocket &reader);

    std::function<QByteArray()> m_text;
    QTcpServer m_server;
    int m_readers = 0;
};

} // namespace kite::cli
