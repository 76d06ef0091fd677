#include <QTest>

#include "tests/support/linkowner.h"
#include "tests/support/loopback.h"

using namespace kite;
using namespace kite::link;
using namespace kite::test;

namespace {

/// Two links back to back.
struct Ends
{
    Ends(net::Loop &loop, StreamPair streams, const wire::Features &features)
        : relay(loop, std::move(streams.first), optionsFor(Role::Relay, features))
        , connector(loop, std::move(streams.second), optionsFor(Role::Connector, features))
    {
    }

    static LinkOptions optionsFor(Role role, const wire::Features &features)
    {
        LinkOptions options;
        options.role = role;
        options.own = options.peer = features;
        return options;
    }

    LinkOwner relay;
    LinkOwner connector;
};

net::Visitor visitor(const QByteArray &protocol = "raw")
{
    return {protocol, "kite.test", 22, {QStringLiteral("192.0.2.7"), 4711}, false};
}

} // namespace

class TestLinkPair : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void moves_data()
    {
        QTest::addColumn<bool>("sockets");
        QTest::addColumn<bool>("wide");
        QTest::newRow("memory, wide") << false << true;
        QTest::newRow("memory, PageKite") << false << false;
        QTest::newRow("sockets, wide") << true << true;
        QTest::newRow("sockets, PageKite") << true << false;
    }

    void moves()
    {
        QFETCH(bool, sockets);
        QFETCH(bool, wide);
        net::Loop loop;
        wire::Features features;
        features.addKites = true;
        features.wideWindow = wide;
        Ends ends(loop, sockets ? socketStreams(loop) : net::streamPair(loop), features);

        const QByteArray down = pattern(16 * 1024 * 1024, 1);
        const QByteArray up = pattern(16 * 1024 * 1024, 2);
        StreamDriver &near = ends.relay.open(visitor());
        near.send(up);
        near.finish();
        QVERIFY(eventually([&] { return ends.connector.streams.size() == 1; }));
        StreamDriver &far = *ends.connector.streams.front();
        far.send(down);
        far.finish();
        QVERIFY(eventually([&] { return near.ended && far.ended; }));
        QCOMPARE(far.received.size(), up.size());
        QVERIFY(far.received == up);
        QCOMPARE(near.received.size(), down.size());
        QVERIFY(near.received == down);
    }
};

QTEST_GUILESS_MAIN(TestLinkPair)
#include "tst_linkpair.moc"
