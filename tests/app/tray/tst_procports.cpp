#include <QDir>
#include <QFile>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QTest>

#include "app/tray/procports.h"

using kite::app::listeningSockets;
using kite::app::ProcPorts;
using kite::ui::ListeningPort;

namespace {

QByteArray line(const QByteArray &local, const QByteArray &state, const QByteArray &inode)
{
    return "   0: " + local + " 00000000:0000 " + state
        + " 00000000:00000000 00:00000000 00000000  1000        0 " + inode
        + " 1 0000000000000000 100 0 0 10 0\n";
}

const QByteArray header = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when "
                          "retrnsmt   uid  timeout inode\n";

} // namespace

class TestProcPorts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tables_data()
    {
        using Ports = QHash<quint64, quint16>;
        QTest::addColumn<QByteArray>("table");
        QTest::addColumn<Ports>("sockets");
        const QByteArray any6(32, '0');
        QTest::newRow("empty") << QByteArray() << Ports {};
        QTest::newRow("header only") << header << Ports {};
        QTest::newRow("loopback") << header + line("0100007F:1F90", "0A", "77")
                                  << Ports {{77, 8080}};
        QTest::newRow("any address") << line("00000000:0016", "0A", "5") << Ports {{5, 22}};
        QTest::newRow("IPv6 any") << line(any6 + ":0050", "0A", "6") << Ports {{6, 80}};
        QTest::newRow("IPv6 loopback")
            << line("00000000000000000000000001000000:0050", "0A", "6") << Ports {{6, 80}};
        QTest::newRow("mapped loopback")
            << line("0000000000000000FFFF00000100007F:0050", "0A", "6") << Ports {{6, 80}};
        QTest::newRow("another address") << line("0101A8C0:0050", "0A", "6") << Ports {};
        QTest::newRow("a connection") << line("0100007F:0050", "01", "6") << Ports {};
        QTest::newRow("port 0") << line("0100007F:0000", "0A", "6") << Ports {};
        QTest::newRow("no port") << line("0100007F", "0A", "6") << Ports {};
        QTest::newRow("a port beyond") << line("0100007F:1FFFF", "0A", "6") << Ports {};
        QTest::newRow("no inode") << line("0100007F:0050", "0A", "x") << Ports {};
        QTest::newRow("cut off") << line("0100007F:0050", "0A", "6").first(40) << Ports {};
        QTest::newRow("noise") << QByteArray("\0\xff:::0A 0A 0A", 14) << Ports {};
    }

    void tables()
    {
        using Ports = QHash<quint64, quint16>;
        QFETCH(QByteArray, table);
        QFETCH(Ports, sockets);
        QCOMPARE(listeningSockets(table), sockets);
    }

    void namesAndOrder()
    {
        const QTemporaryDir proc;
        write(proc, "net/tcp",
              header + line("0100007F:1F90", "0A", "77") + line("0100007F:0016", "0A", "5"));
        write(proc, "net/tcp6", header + line(QByteArray(32, '0') + ":1F90", "0A", "78"));
        write(proc, "123/comm", "node\n");
        QVERIFY(QDir(proc.path()).mkpath(QStringLiteral("123/fd")));
        QVERIFY(
            QFile::link(QStringLiteral("socket:[77]"), proc.filePath(QStringLiteral("123/fd/4"))));
        QVERIFY(
            QFile::link(QStringLiteral("socket:[78]"), proc.filePath(QStringLiteral("123/fd/5"))));
        QVERIFY(
            QFile::link(QStringLiteral("/dev/null"), proc.filePath(QStringLiteral("123/fd/0"))));
        const QList<ListeningPort> wanted {{22, {}}, {8080, QStringLiteral("node")}};
        QCOMPARE(ProcPorts(proc.path()).find(), wanted);
    }

    void whereTheSystemDoesNotTell()
    {
        QCOMPARE(ProcPorts(QStringLiteral("/nowhere")).find(), QList<ListeningPort> {});
    }

    void ownPortsAreLeftOut()
    {
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost, 0));
        const auto found = [&] {
            const auto all = ProcPorts().find();
            return std::ranges::find(all, server.serverPort(), &ListeningPort::port) != all.end();
        };
        QCoreApplication::setApplicationName(QStringLiteral("somebody-else"));
        QVERIFY(found());
        QFile comm(QStringLiteral("/proc/self/comm"));
        QVERIFY(comm.open(QIODevice::ReadOnly));
        QCoreApplication::setApplicationName(QString::fromUtf8(comm.readAll()).trimmed());
        QVERIFY(!found());
    }

private:
    static void write(const QTemporaryDir &folder, const char *name, const QByteArray &text)
    {
        QFile file(folder.filePath(QLatin1String(name)));
        QVERIFY(QDir().mkpath(QFileInfo(file.fileName()).path()));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
    }
};

QTEST_GUILESS_MAIN(TestProcPorts)

#include "tst_procports.moc"
