#pragma once

#include <functional>

#include <QTcpServer>

#include "kitecore/base/endpoint.h"
#include "kitecore/relay/relayserver.h"

namespace kite::cli {

/// The counts of a relay as Prometheus reads them (text format 0.0.4).
QByteArray metricsText(const relay::RelayCounts &counts);

/// Answers `GET /metrics` on a port of the operator's, without asking who reads: it belongs on
/// loopback. Few readers at a time, each for a few seconds.
class MetricsServer final : public QObject
{
    Q_OBJECT

public:
    static constexpr int maxReaders = 16;
    static constexpr std::chrono::seconds patience {5};
    static constexpr qint64 maxHeadBytes = 8192;

    explicit MetricsServer(std::function<relay::RelayCounts()> counts);

    /// @return the system's reason.
    Result<void, QString> listen(const Endpoint &endpoint);
    quint16 port() const { return m_server.serverPort(); }

private:
    void accept();
    void read(QTcpSocket &reader);

    std::function<relay::RelayCounts()> m_counts;
    QTcpServer m_server;
    int m_readers = 0;
};

} // namespace kite::cli
