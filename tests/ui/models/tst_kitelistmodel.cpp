#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

#include "tests/support/fakeclock.h"
#include "ui/models/kitelistmodel.h"

using namespace std::chrono_literals;
using kite::stats::DownReason;
using kite::stats::KiteSnapshot;
using kite::stats::KiteState;
using kite::ui::Activity;
using kite::ui::KiteListModel;
using kite::ui::KiteRow;
namespace settings = kite::settings;

class TestKiteListModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_model = std::make_unique<KiteListModel>();
        m_tester = std::make_unique<QAbstractItemModelTester>(
            m_model.get(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    }

    void followsTheSettings()
    {
        QSignalSpy inserted(m_model.get(), &QAbstractItemModel::rowsInserted);
        QSignalSpy removed(m_model.get(), &QAbstractItemModel::rowsRemoved);
        QSignalSpy reset(m_model.get(), &QAbstractItemModel::modelReset);
        m_model->setSettings(with({"a", "b"}));
        QCOMPARE(names(), QStringLiteral("a b"));
        m_model->setSettings(with({"a", "b", "c"}));
        QCOMPARE(names(), QStringLiteral("a b c"));
        m_model->setSettings(with({"a", "c", "d"}));
        QCOMPARE(names(), QStringLiteral("a c d"));
        m_model->setSettings(with({}));
        QCOMPARE(names(), QString());
        QCOMPARE(inserted.size(), 3);
        QCOMPARE(removed.size(), 4);
        QCOMPARE(reset.size(), 0); // a reset would lose the selection
    }

    void takesAnyOrder()
    {
        m_model->setSettings(with({"a", "b", "c"}));
        m_model->setSettings(with({"c", "a", "b", "x"}));
        QCOMPARE(names(), QStringLiteral("c a b x"));
    }

    void keepsWhatItKnowsOfAKite()
    {
        m_model->setSettings(with({"a"}));
        m_model->setKite(flying("a"));
        settings::Settings renamed = with({"a"});
        renamed.kites[0].name = QStringLiteral("other");
        m_model->setSettings(renamed);
        QCOMPARE(names(), QStringLiteral("other"));
        QCOMPARE(m_model->row(QStringLiteral("a"))->now.state, KiteState::Flying);
        QCOMPARE(m_model->row(QStringLiteral("a"))->now.url, QStringLiteral("http://a.example/"));
    }

    void aPausedKiteIsPausedAtOnce()
    {
        QSignalSpy moved(m_model.get(), &KiteListModel::stateChanged);
        settings::Settings settings = with({"a"});
        m_model->setSettings(settings);
        m_model->setKite(flying("a", 3));
        QCOMPARE(moved.size(), 1);
        settings.kites[0].paused = true;
        m_model->setSettings(settings);
        QCOMPARE(moved.size(), 2);
        m_model->setKite(flying("a", 3)); // a snapshot from before
        QCOMPARE(m_model->row(QStringLiteral("a"))->now.state, KiteState::Paused);
        QCOMPARE(m_model->activity().visitors, 0);
        settings.kites[0].paused = false;
        m_model->setSettings(settings);
        QCOMPARE(m_model->row(QStringLiteral("a"))->now.state, KiteState::Connecting);
        QCOMPARE(moved.size(), 3);
        QCOMPARE(moved.last()[1].value<KiteState>(), KiteState::Paused);
    }

    void unknownKitesAreNoRows()
    {
        m_model->setSettings(with({"a"}));
        m_model->setSnapshot({flying("gone"), flying("a")}, m_clock.now());
        QCOMPARE(m_model->rowCount(), 1);
        QVERIFY(m_model->row(QStringLiteral("gone")) == nullptr);
        QVERIFY(m_model->series(QStringLiteral("gone")).samples.empty());
    }

    void countsWhatTheyDo()
    {
        settings::Settings settings = with({"a", "b", "c", "d", "e"});
        settings.kites[4].paused = true;
        m_model->setSettings(settings);
        KiteSnapshot refused = flying("c");
        refused.state = KiteState::Refused;
        refused.reason = DownReason::BadSecret;
        m_model->setSnapshot({flying("a", 2), flying("b", 1), refused}, m_clock.now());
        m_clock.advance(1s);
        KiteSnapshot busy = flying("a", 2);
        busy.bytesIn = 100;
        busy.bytesOut = 5000;
        m_model->setSnapshot({busy, flying("b", 1), refused}, m_clock.now());
        const Activity expected {.flying = 2,
                                 .connecting = 1,
                                 .down = 1,
                                 .paused = 1,
                                 .visitors = 3,
                                 .rate = {100, 5000}};
        QCOMPARE(m_model->activity(), expected);
        QCOMPARE(m_model->row(QStringLiteral("a"))->rate.out, 5000);
        m_clock.advance(1s);
        m_model->idle(m_clock.now());
        QCOMPARE(m_model->activity().rate.out, 0);
        QCOMPARE(m_model->row(QStringLiteral("a"))->rate.out, 0);
        QCOMPARE(m_model->series(QStringLiteral("a")).total().out, 5000);
    }

    void ticksWhenIdle()
    {
        QSignalSpy ticked(m_model.get(), &KiteListModel::ticked);
        m_model->setSettings(with({"a"}));
        m_model->idle(m_clock.now());
        m_model->setSnapshot({}, m_clock.now());
        QCOMPARE(ticked.size(), 2);
    }

    void saysEverythingAloud()
    {
        settings::Settings settings = with({"a"});
        settings.relays << settings::Relay {};
        settings.relays[0].id = QStringLiteral("r");
        settings.relays[0].endpoint = {QStringLiteral("relay.example"), 443};
        settings.kites[0].relayId = QStringLiteral("r");
        m_model->setSettings(settings);
        m_model->setKite(flying("a", 2));
        const QModelIndex index = m_model->indexOf(QStringLiteral("a"));
        const QString spoken = m_model->data(index, Qt::AccessibleTextRole).toString();
        QVERIFY2(spoken.startsWith(QStringLiteral("a, Flying, photos, 2")), qPrintable(spoken));
        QCOMPARE(m_model->data(index, KiteListModel::RowRole).value<KiteRow>().place,
                 QStringLiteral("relay.example"));
        QCOMPARE(m_model->data(index, Qt::ToolTipRole).toString(), QStringLiteral("/tmp/photos"));
    }

    void fiveHundredStaySmooth()
    {
        settings::Settings settings;
        kite::stats::Snapshot snapshot;
        for (int at = 0; at < 500; ++at) {
            settings.kites << settings::Kite {};
            settings.kites.last().id = QString::number(at);
            snapshot << flying(settings.kites.last().id.toUtf8().constData());
        }
        m_tester.reset(); // it looks at everything after every change
        m_model->setSettings(settings);
        QBENCHMARK_ONCE
        {
            m_clock.advance(1s);
            m_model->setSnapshot(snapshot, m_clock.now());
        }
        QCOMPARE(m_model->activity().flying, 500);
    }

private:
    static settings::Settings with(std::initializer_list<const char *> ids)
    {
        settings::Settings settings;
        for (const char *id : ids) {
            settings::Kite kite;
            kite.id = QString::fromLatin1(id);
            kite.name = kite.id;
            kite.target.paths = {QStringLiteral("/tmp/photos")};
            settings.kites << kite;
        }
        return settings;
    }
    static KiteSnapshot flying(const char *id, qint64 streams = 0)
    {
        KiteSnapshot snapshot;
        snapshot.id = QString::fromLatin1(id);
        snapshot.state = KiteState::Flying;
        snapshot.url = QStringLiteral("http://%1.example/").arg(snapshot.id);
        snapshot.streams = streams;
        return snapshot;
    }
    QString names() const
    {
        QStringList names;
        for (int at = 0; at < m_model->rowCount(); ++at)
            names << m_model->data(m_model->index(at), Qt::DisplayRole).toString();
        return names.join(QLatin1Char(' '));
    }

    kite::test::FakeClock m_clock;
    std::unique_ptr<KiteListModel> m_model;
    std::unique_ptr<QAbstractItemModelTester> m_tester;
};

QTEST_GUILESS_MAIN(TestKiteListModel)
#include "tst_kitelistmodel.moc"
