// Moves bulk through two links back to back on one thread, with splices and sockets at both ends:
//   source socket -> splice -> link -> TCP -> link -> splice -> sink socket
// and prints throughput and CPU time per GB. For profilers; not a test.
//   link_bulk STREAMS MEGABYTES [pagekite]
#include <ctime>
#include <vector>

#include <QCoreApplication>
#include <QElapsedTimer>

#include "kitecore/net/splice.h"
#include "tests/support/linkends.h"

using namespace kite;
using namespace kite::test;

namespace {

/// Sends a number of bytes as fast as they are taken.
class Source final : public net::StreamUser
{
public:
    Source(std::unique_ptr<net::ByteStream> stream, qint64 bytes)
        : m_stream(std::move(stream))
        , m_left(bytes)
        , m_data(128 * 1024, 'x')
    {
        m_stream->setUser(this);
        m_stream->setInterest({false, true});
    }

private:
    void streamReady(net::ByteStream &, net::Readiness) override
    {
        const auto most = std::min<qint64>(m_left, m_data.size());
        m_left -= m_stream->write(QByteArrayView(m_data).first(most)).bytes;
        if (m_left > 0)
            return;
        m_stream->shutdownWrite();
        m_stream->setInterest({});
    }

    std::unique_ptr<net::ByteStream> m_stream;
    qint64 m_left;
    QByteArray m_data;
};

/// Counts what comes.
class Sink final : public net::StreamUser
{
public:
    Sink(std::unique_ptr<net::ByteStream> stream, int &open)
        : m_stream(std::move(stream))
        , m_open(open)
        , m_buffer(256 * 1024)
    {
        m_stream->setUser(this);
        m_stream->setInterest({true, false});
    }

    qint64 bytes = 0;

private:
    void streamReady(net::ByteStream &, net::Readiness) override
    {
        const auto io = m_stream->read(m_buffer);
        bytes += io.bytes;
        if (io.status != net::Io::Status::Ended && io.status != net::Io::Status::Failed)
            return;
        m_stream->setInterest({});
        --m_open;
    }

    std::unique_ptr<net::ByteStream> m_stream;
    int &m_open;
    std::vector<char> m_buffer;
};

/// Hands offered streams to splices, as tunnels do.
class Taker final : public link::LinkUser
{
public:
    Taker(net::Loop &loop, std::unique_ptr<net::ByteStream> lower, const link::LinkOptions &options,
          net::Splices &splices, int &open, qint64 bytes)
        : m_loop(loop)
        , m_splices(splices)
        , m_open(open)
        , m_bytes(bytes)
        , link(loop, std::move(lower), options, *this)
    {
    }

private:
    void streamOffered(link::Link &, std::unique_ptr<net::ByteStream> stream,
                       const net::Visitor &) override
    {
        auto pair = socketStreams(m_loop);
        m_splices.join(std::move(stream), std::move(pair.first), nullptr);
        m_sources.push_back(std::make_unique<Source>(std::move(pair.second), m_bytes));
    }
    void controlArrived(link::Link &, const wire::ChunkHead &) override {}
    void linkEnded(link::Link &, link::LinkEnd, const QString &) override {}

    net::Loop &m_loop;
    net::Splices &m_splices;
    int &m_open;
    qint64 m_bytes;
    std::vector<std::unique_ptr<Source>> m_sources;

public:
    link::Link link;
};

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    const int streams = arguments.value(1, QStringLiteral("1")).toInt();
    const qint64 each
        = arguments.value(2, QStringLiteral("1000")).toLongLong() * 1'000'000 / streams;
    const bool wide = arguments.value(3) != QStringLiteral("pagekite");

    net::Loop loop;
    wire::Features features;
    features.addKites = true;
    features.wideWindow = wide;
    net::Splices relayEnd(loop);
    net::Splices connectorEnd(loop);
    auto tcp = socketStreams(loop);
    LinkOwner relay(loop, std::move(tcp.first), LinkEnds::optionsFor(link::Role::Relay, features));
    int open = streams;
    Taker connector(loop, std::move(tcp.second),
                    LinkEnds::optionsFor(link::Role::Connector, features), connectorEnd, open,
                    each);

    QElapsedTimer timer;
    timer.start();
    const std::clock_t before = std::clock();
    std::vector<std::unique_ptr<Sink>> sinks;
    for (int i = 0; i < streams; ++i) {
        auto pair = socketStreams(loop);
        relayEnd.join(std::move(pair.first), relay.link->open({"raw", "kite.test", 22, {}, false}),
                      nullptr);
        sinks.push_back(std::make_unique<Sink>(std::move(pair.second), open));
    }
    while (open > 0)
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);

    const double seconds = double(timer.nsecsElapsed()) / 1e9;
    const double cpu = double(std::clock() - before) / CLOCKS_PER_SEC;
    qint64 total = 0;
    for (const auto &sink : sinks)
        total += sink->bytes;
    const double gb = double(total) / 1e9;
    std::printf("%d streams: %.2f GB/s, %.2f CPU s/GB\n", streams, gb / seconds, cpu / gb);
    return 0;
}
