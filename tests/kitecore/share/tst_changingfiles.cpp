#include <unistd.h>

#include <QTest>

#include "tests/kitecore/share/site.h"
#include "tests/support/httpvisitor.h"

using namespace kite;
using namespace kite::share;
using namespace kite::test;
using Way = HttpVisitor::Way;

/// Files and folders that become others while they are shared.
class TestChangingFiles : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void changesWhileSent_data()
    {
        QTest::addColumn<Way>("way");
        QTest::addColumn<QByteArray>("change");

        for (const QByteArray change : {"shorter", "empty", "rewritten", "longer"}) {
            QTest::addRow("%s, memory", change.constData()) << Way::Memory << change;
            QTest::addRow("%s, socket", change.constData()) << Way::Socket << change;
        }
    }

    /// A file that becomes another while it is sent ends the connection early: nothing is made up,
    /// and nobody takes half of one and half of another for a whole.
    void changesWhileSent()
    {
        QFETCH(Way, way);
        QFETCH(QByteArray, change);

        constexpr qsizetype size = 40'000'000;
        const Site site;
        site.write("big", QByteArray(size, 'o'));
        site.setTime("big", now);
        net::Loop loop;
        const auto target = sharing({site.path()});
        HttpVisitor visitor(loop, *target, way);
        visitor.driver.send(request("GET /big"));
        QVERIFY(test::eventually([&] { return visitor.driver.received.size() > 100'000; }));
        if (change == "rewritten") {
            QFile file(site.path() + QStringLiteral("/big"));
            QVERIFY(file.open(QIODevice::ReadWrite));
            QVERIFY(file.seek(size - 10));
            file.write("new");
        } else if (change == "longer") {
            QFile file(site.path() + QStringLiteral("/big"));
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(QByteArray(size + 1000, 'n'));
        } else {
            QCOMPARE(::truncate(site.file("big").constData(), change == "empty" ? 0 : size - 10),
                     0);
        }
        QVERIFY(test::eventually([&] { return visitor.driver.isOver(); }));
        auto received = visitor.driver.received;
        QVERIFY(received.size() < size);
        received.remove(0, received.indexOf("\r\n\r\n") + 4);
        QVERIFY(received == QByteArray(received.size(), 'o'));
    }

    /// As a log does.
    void goesOnWithAFileThatGrows()
    {
        const Site site;
        const auto content = test::pattern(4'000'000);
        net::Loop loop;
        const auto target = sharing({site.path()});
        for (const Way way : {Way::Memory, Way::Socket}) {
            site.write("log", content);
            site.setTime("log", now);
            HttpVisitor visitor(loop, *target, way);
            visitor.driver.send(request("GET /log"));
            QVERIFY(test::eventually([&] { return visitor.driver.received.size() > 100'000; }));
            QFile file(site.path() + QStringLiteral("/log"));
            QVERIFY(file.open(QIODevice::Append));
            file.write("one line more\n");
            file.close();
            QVERIFY(visitor.answer().body == content);
        }
    }

    void goesOnWithADeletedOrReplacedFile()
    {
        const Site site;
        const auto content = test::pattern(4'000'000);
        site.write("big", content);
        site.write("other", "other");
        net::Loop loop;
        const auto target = sharing({site.path()});
        for (const Way way : {Way::Memory, Way::Socket}) {
            site.write("big", content);
            site.write("other", "other");
            HttpVisitor visitor(loop, *target, way);
            visitor.driver.send(request("GET /big"));
            QVERIFY(test::eventually([&] { return visitor.driver.received.size() > 100'000; }));
            QCOMPARE(::rename(site.file("other").constData(), site.file("big").constData()), 0);
            QVERIFY(visitor.answer().body == content);
            QCOMPARE(visitor.get("/big").body, "other");
        }
    }

    /// `rm -r dist; build`: the folder at the path is what is shared, whichever it is by now.
    void servesAFolderThatTookTheOldOnesPlace()
    {
        const Site site;
        net::Loop loop;
        const auto target = sharing({site.path()});
        HttpVisitor visitor(loop, *target);
        QCOMPARE(visitor.get("/letters.txt").status, 200);
        const auto away = QFile::encodeName(site.home() + QStringLiteral("/old"));
        QCOMPARE(::rename(site.bytes().constData(), away.constData()), 0);
        QCOMPARE(visitor.get("/letters.txt").status, 404);
        QCOMPARE(visitor.get("/").status, 404);
        site.makeFolder("");
        site.write("new.txt", "new");
        QCOMPARE(visitor.get("/new.txt").body, "new");
        QCOMPARE(visitor.get("/letters.txt").status, 404);
    }
};

QTEST_GUILESS_MAIN(TestChangingFiles)
#include "tst_changingfiles.moc"
