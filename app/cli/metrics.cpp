#include "app/cli/metrics.h"

#include <algorithm>
#include <initializer_list>

#include <QJsonObject>
#include <QTcpSocket>
#include <QTimer>

namespace kite::cli {

namespace {

void add(QByteArray &text, const char *name, const char *type, const char *help)
{
    text.append("# HELP ").append(name).append(' ').append(help);
    text.append("\n# TYPE ").append(name).append(' ').append(type).append('\n');
}

void addValue(QByteArray &text, const QByteArray &name, qint64 value)
{
    text.append(name).append(' ').append(QByteArray::number(value)).append('\n');
}

void addOne(QByteArray &text, const char *name, const char *type, const char *help, qint64 value)
{
    add(text, name, type, help);
    addValue(text, name, value);
}

QByteArray answer(const char *status, const QByteArray &body)
{
    return QByteArray("HTTP/1.1 ") + status
        + "\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\nContent-Length: "
        + QByteArray::number(body.size()) + "\r\nConnection: close\r\n\r\n" + body;
}

/// What stands in quotes behind a label.
QByteArray labelValue(QByteArray text)
{
    return text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', ' ');
}

} // namespace

QByteArray metricsText(const std::vector<OpenKite> &kites, const origin::GateCounts &gates)
{
    constexpr size_t mostKites = 1000; // each makes a series of its own
    QByteArray text;
    const auto perKite = [&](const char *name, const char *type, const char *help,
                             qint64 (stats::Meter::*value)() const, const char *labels) {
        if (help)
            add(text, name, type, help);
        for (size_t i = 0; i < std::min(kites.size(), mostKites); ++i)
            addValue(text,
                     QByteArray(name) + "{kite=\"" + labelValue(kites[i].id.toByteArray()) + '"'
                         + labels + '}',
                     (*kites[i].meter.*value)());
    };
    if (!kites.empty()) {
        perKite("kite_visitors", "gauge", "Visitors of kites that this computer serves.",
                &stats::Meter::streams, "");
        perKite("kite_visits_total", "counter", "The same, ever.", &stats::Meter::visits, "");
        perKite("kite_bytes_total", "counter", "Bytes from and to them.", &stats::Meter::in,
                ",direction=\"in\"");
        perKite("kite_bytes_total", "counter", nullptr, &stats::Meter::out, ",direction=\"out\"");
    }
    add(text, "kite_gate_refused_total", "counter",
        "Visitors and requests that kites' own rules turned away, by reason.");
    for (size_t i = 0; i < origin::refusalCount; ++i) {
        const auto why = origin::Refusal(i);
        addValue(text,
                 QByteArray("kite_gate_refused_total{reason=\"") + origin::refusalWord(why) + "\"}",
                 gates.of(why));
    }
    return text;
}

QByteArray metricsText(const QJsonArray &relays)
{
    QByteArray text;
    if (!relays.isEmpty())
        add(text, "kite_link_up", "gauge", "Whether kites fly at a relay.");
    for (const auto &each : relays) {
        const auto relay = each.toObject();
        const auto name = relay.value(QLatin1String("relay")).toString().toUtf8();
        addValue(text, "kite_link_up{relay=\"" + labelValue(name) + "\"}",
                 relay.value(QLatin1String("state")).toString() == u"connected" ? 1 : 0);
    }
    return text;
}

QByteArray metricsText(const relay::RelayCounts &counts)
{
    QByteArray text;
    addOne(text, "kite_relay_kites", "gauge", "Kites that fly.", counts.kites);
    addOne(text, "kite_relay_links", "gauge", "Connectors.", counts.links);
    addOne(text, "kite_relay_visitors", "gauge", "Visitors' connections.", counts.visitors);
    const auto byState = [&](const char *name, const char *help,
                             std::initializer_list<std::pair<const char *, qint64>> states) {
        add(text, name, "gauge", help);
        for (const auto &[state, number] : states)
            addValue(text, QByteArray(name) + "{state=\"" + state + "\"}", number);
    };
    byState("kite_relay_links_by_state", "Connectors with a kite, and those without one yet.",
            {{"flying", counts.flyingLinks},
             {"greeting", std::max<qint64>(0, counts.links - counts.flyingLinks)}});
    qint64 served = 0;
    for (const auto &worker : counts.workers)
        served += worker.visitors;
    byState("kite_relay_visitors_by_state",
            "Visitors on links, waiting for a kite, and about whom nothing is known yet.",
            {{"served", served},
             {"waiting", counts.waiting},
             {"arriving", std::max<qint64>(0, counts.visitors - served - counts.waiting)}});
    addOne(text, "kite_relay_waiting_visitors", "gauge",
           "Visitors of kites that left a moment ago.", counts.waiting);
    addOne(text, "kite_relay_turned_away_total", "counter",
           "Connections that got an away page or a refusal.", counts.turnedAway);
    add(text, "kite_relay_refused_total", "counter", "Connections refused, by reason.");
    for (const auto &[reason, times] : counts.refused)
        addValue(text, "kite_relay_refused_total{reason=\"" + reason + "\"}", times);
    add(text, "kite_relay_kites_refused_total", "counter",
        "Kites that connectors asked for and did not get, by reason.");
    for (const auto &[reason, times] : counts.kitesRefused)
        addValue(text, "kite_relay_kites_refused_total{reason=\"" + reason + "\"}", times);
    addOne(text, "kite_relay_access_log_lost_total", "counter",
           "Lines that the access log could not write.", counts.accessLinesLost);
    addOne(text, "kite_relay_buffered_bytes", "gauge",
           "Traffic that waits in memory for slow visitors and connectors.", counts.heldBytes);
    addOne(text, "kite_relay_buffer_limit_bytes", "gauge", "How much may.", counts.maxHeldBytes);
    addOne(text, "kite_relay_places", "gauge", "Visitors and connectors that there may be.",
           counts.places);
    addOne(text, "kite_relay_visitor_addresses", "gauge",
           "Addresses (of IPv6: networks) that visitors come from.", counts.addresses);
    const auto perWorker = [&](const char *name, const char *type, const char *help,
                               qint64 relay::RelayCounts::Worker::*value, const char *labels) {
        if (help)
            add(text, name, type, help);
        for (qsizetype i = 0; i < counts.workers.size(); ++i)
            addValue(text,
                     QByteArray(name) + "{worker=\"" + QByteArray::number(i) + '"' + labels + '}',
                     counts.workers[i].*value);
    };
    using Worker = relay::RelayCounts::Worker;
    perWorker("kite_relay_visits_total", "counter", "Visitors brought to links.", &Worker::visits,
              "");
    perWorker("kite_relay_streams", "gauge", "Visitors on links.", &Worker::visitors, "");
    perWorker("kite_relay_bytes_total", "counter", "Bytes from and to visitors of links.",
              &Worker::in, ",direction=\"in\"");
    perWorker("kite_relay_bytes_total", "counter", nullptr, &Worker::out, ",direction=\"out\"");
    return text;
}

MetricsServer::MetricsServer(std::function<QByteArray()> text) : m_text(std::move(text))
{
    m_server.setMaxPendingConnections(maxReaders);
    connect(&m_server, &QTcpServer::newConnection, this, &MetricsServer::accept);
}

Result<void, QString> MetricsServer::listen(const Endpoint &endpoint)
{
    if (!m_server.listen(QHostAddress(endpoint.host), endpoint.port))
        return Err {m_server.errorString()};
    return {};
}

void MetricsServer::accept()
{
    while (auto *reader = m_server.nextPendingConnection()) {
        if (m_readers >= maxReaders) {
            reader->abort();
            reader->deleteLater();
            continue;
        }
        ++m_readers;
        reader->setReadBufferSize(maxHeadBytes);
        connect(reader, &QObject::destroyed, this, [this] { --m_readers; });
        connect(reader, &QTcpSocket::disconnected, reader, &QObject::deleteLater);
        connect(reader, &QTcpSocket::readyRead, this, [this, reader] { read(*reader); });
        QTimer::singleShot(patience, reader, [reader] {
            reader->abort();
            reader->deleteLater();
        });
    }
}

void MetricsServer::read(QTcpSocket &reader)
{
    const auto head = reader.peek(maxHeadBytes);
    const auto end = head.indexOf("\r\n\r\n");
    if (end < 0 && head.size() < maxHeadBytes)
        return;
    reader.readAll();
    disconnect(&reader, &QTcpSocket::readyRead, this, nullptr);
    const bool isAsked
        = end >= 0 && (head.startsWith("GET /metrics ") || head.startsWith("GET /metrics?"));
    reader.write(isAsked ? answer("200 OK", m_text())
                         : answer("404 Not Found", "There is only /metrics.\n"));
    reader.disconnectFromHost();
}

} // namespace kite::cli
