#include <QLocalSocket>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

#include "app/tray/singleinstance.h"
#include "tests/support/waits.h"

using kite::app::SingleInstance;
using kite::app::Wish;
using kite::test::eventually;

class TestSingleInstance : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void wishesTravel_data()
    {
        QTest::addColumn<Wish>("wish");
        QTest::newRow("nothing") << Wish {};
        QTest::newRow("background") << Wish {{}, true};
        QTest::newRow("paths") << Wish {{QStringLiteral("/srv/photos"), QStringLiteral("/a b")}};
        QTest::newRow("an invitation")
            << Wish {.paths = {}, .invitation = QStringLiteral("kite://relay.test/a.test#s3cret")};
        QTest::newRow("any letters") << Wish {{QString::fromUtf8("/srv/Übung \"1\"\n/☃")}};
    }

    void wishesTravel()
    {
        QFETCH(Wish, wish);
        const QByteArray json = wish.toJson();
        QVERIFY(!json.contains('\n')); // a line is a wish
        QCOMPARE(Wish::fromJson(json), wish);
        SingleInstance first(m_folder->path());
        QCOMPARE(first.start({}), SingleInstance::Role::First);
        QSignalSpy wished(&first, &SingleInstance::wished);
        QCOMPARE(startSecond(wish), SingleInstance::Role::Second);
        QTRY_COMPARE(wished.size(), 1);
        QCOMPARE(wished[0][0].value<Wish>(), wish);
    }

    void noWish_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("no JSON") << QByteArray("share /etc");
        QTest::newRow("a list") << QByteArray("[]");
        QTest::newRow("a number as path") << QByteArray(R"({"paths":[7]})");
        QTest::newRow("a list as path") << QByteArray(R"({"paths":["/srv",[]]})");
    }

    void noWish()
    {
        QFETCH(QByteArray, bytes);
        QVERIFY(!Wish::fromJson(bytes));
        SingleInstance first(m_folder->path());
        QCOMPARE(first.start({}), SingleInstance::Role::First);
        QSignalSpy wished(&first, &SingleInstance::wished);
        QLocalSocket stranger;
        reach(stranger);
        stranger.write(bytes + '\n');
        QVERIFY(eventually([&] { return stranger.state() == QLocalSocket::UnconnectedState; }));
        QCOMPARE(stranger.readAll(), QByteArray());
        QCOMPARE(wished.size(), 0);
    }

    void aWishInPieces()
    {
        SingleInstance first(m_folder->path());
        QCOMPARE(first.start({}), SingleInstance::Role::First);
        QSignalSpy wished(&first, &SingleInstance::wished);
        QLocalSocket slow;
        reach(slow);
        const QByteArray line = Wish {{QStringLiteral("/srv")}}.toJson() + '\n';
        for (const char byte : line) {
            slow.write(&byte, 1);
            slow.flush();
            QVERIFY(kite::test::settles());
        }
        QVERIFY(eventually([&] { return slow.bytesAvailable() > 0; }));
        QCOMPARE(slow.readAll(), QByteArray("taken\n"));
        QCOMPARE(wished.size(), 1);
    }

    void aWishWithoutEnd()
    {
        SingleInstance first(m_folder->path());
        QCOMPARE(first.start({}), SingleInstance::Role::First);
        QSignalSpy wished(&first, &SingleInstance::wished);
        QLocalSocket endless;
        reach(endless);
        const QByteArray much(64 * 1024, 'x');
        qsizetype sent = 0;
        QVERIFY(eventually([&] {
            if (endless.state() == QLocalSocket::ConnectedState && endless.bytesToWrite() == 0)
                sent += qsizetype(endless.write(much));
            return endless.state() == QLocalSocket::UnconnectedState;
        }));
        QVERIFY(sent > SingleInstance::maxWishBytes);
        QVERIFY(sent < 4 * SingleInstance::maxWishBytes);
        QCOMPARE(wished.size(), 0);
    }

    void oneFolderOneProgram()
    {
        const QTemporaryDir other;
        SingleInstance first(m_folder->path());
        SingleInstance elsewhere(other.path());
        QCOMPARE(first.start({}), SingleInstance::Role::First);
        QCOMPARE(elsewhere.start({}), SingleInstance::Role::First);
    }

    void theNextOneAfterTheFirstIsGone()
    {
        {
            SingleInstance first(m_folder->path());
            QCOMPARE(first.start({}), SingleInstance::Role::First);
        }
        SingleInstance next(m_folder->path());
        QCOMPARE(next.start({}), SingleInstance::Role::First);
        QSignalSpy wished(&next, &SingleInstance::wished);
        QCOMPARE(startSecond({}), SingleInstance::Role::Second);
        QTRY_COMPARE(wished.size(), 1);
    }

    void whatAKilledOneLeftIsNoObstacle()
    {
        QFile left(m_folder->filePath(QStringLiteral("kiteline.socket")));
        QVERIFY(left.open(QIODevice::WriteOnly));
        left.close();
        SingleInstance next(m_folder->path());
        QCOMPARE(next.start({}), SingleInstance::Role::First);
        QCOMPARE(startSecond({}), SingleInstance::Role::Second);
    }

    void aBusyFirstOneGrantsAWishOnce()
    {
        SingleInstance first(m_folder->path());
        QCOMPARE(first.start({}), SingleInstance::Role::First);
        QSignalSpy wished(&first, &SingleInstance::wished);
        auto role = SingleInstance::Role::Stuck;
        const std::unique_ptr<QThread> start(QThread::create(
            [&] { role = SingleInstance(m_folder->path()).start({{QStringLiteral("/srv")}}); }));
        start->start();
        QVERIFY(!start->wait(1500)); // nothing is read meanwhile
        QVERIFY(eventually([&] { return start->isFinished(); }));
        QCOMPARE(role, SingleInstance::Role::Second);
        QVERIFY(kite::test::settles());
        QCOMPARE(wished.size(), 1);
    }

    void aFolderThatTakesNoLock()
    {
        SingleInstance barred(m_folder->filePath(QStringLiteral("gone")));
        QCOMPARE(barred.start({}), SingleInstance::Role::Barred);
    }

    void onlyTheUserReachesIt()
    {
        SingleInstance first(m_folder->path());
        QCOMPARE(first.start({}), SingleInstance::Role::First);
        const QFile socket(m_folder->filePath(QStringLiteral("kiteline.socket")));
        const auto others
            = QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther;
        QCOMPARE(socket.permissions() & others, QFile::Permissions());
    }

private:
    /// Another start: on a thread of its own, as the first one answers on this one.
    SingleInstance::Role startSecond(const Wish &wish)
    {
        auto role = SingleInstance::Role::Stuck;
        const std::unique_ptr<QThread> start(
            QThread::create([&] { role = SingleInstance(m_folder->path()).start(wish); }));
        start->start();
        if (!eventually([&] { return start->isFinished(); }))
            qFatal("the second start does not end");
        start->wait();
        return role;
    }

    void reach(QLocalSocket &socket) const
    {
        socket.connectToServer(m_folder->filePath(QStringLiteral("kiteline.socket")));
        QVERIFY(socket.waitForConnected());
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

QTEST_GUILESS_MAIN(TestSingleInstance)

#include "tst_singleinstance.moc"
