#include <algorithm>

#include <QDropEvent>
#include <QMimeData>
#include <QSignalSpy>
#include <QTest>
#include <QTranslator>

#include "tests/support/formhands.h"
#include "ui/widgets/notebar.h"
#include "ui/windows/mainwindow.h"

using kite::stats::DownReason;
using kite::stats::KiteSnapshot;
using kite::stats::KiteState;
using kite::test::part;
using kite::test::press;
using kite::ui::KiteListModel;
using kite::ui::MainWindow;
using kite::ui::NoteBar;
namespace settings = kite::settings;

class TestMainWindow : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_kites = std::make_unique<KiteListModel>();
        m_window = std::make_unique<MainWindow>(*m_kites);
    }

    void cleanup()
    {
        m_window.reset();
        m_kites.reset();
        qApp->setLayoutDirection(Qt::LeftToRight);
    }

    /// A small screen, and languages with long words or from the right.
    void fits800By560_data()
    {
        QTest::addColumn<QString>("language");
        QTest::addColumn<Qt::LayoutDirection>("direction");
        QTest::newRow("English") << QStringLiteral("en") << Qt::LeftToRight;
        QTest::newRow("German") << QStringLiteral("de") << Qt::LeftToRight;
        QTest::newRow("right to left") << QStringLiteral("en") << Qt::RightToLeft;
    }

    void fits800By560()
    {
        QFETCH(QString, language);
        QFETCH(Qt::LayoutDirection, direction);
        QTranslator texts;
        QVERIFY(texts.load(QStringLiteral(":/i18n/kiteline_") + language));
        QCoreApplication::installTranslator(&texts);
        qApp->setLayoutDirection(direction);
        MainWindow window(*m_kites);
        m_kites->setSettings(with({"photos"}));
        KiteSnapshot down;
        down.id = QStringLiteral("photos");
        down.state = KiteState::Refused;
        down.reason = DownReason::NoSecret;
        m_kites->setKite(down);
        window.tell(QString(300, QLatin1Char('w')).replace(9, 1, QStringLiteral(" ")));
        window.show();
        window.resize(800, 560);
        QTRY_COMPARE(window.size(), QSize(800, 560));
        QCoreApplication::removeTranslator(&texts);
    }

    void waysToBeginUntilThereIsAKite()
    {
        m_window->show();
        QVERIFY(!part<QWidget>(*m_window, "kites").isVisible());
        QVERIFY(!part<QWidget>(*m_window, "pauseAll").isVisible());
        m_kites->setSettings(with({"photos"}));
        QVERIFY(part<QWidget>(*m_window, "kites").isVisible());
        QVERIFY(part<QWidget>(*m_window, "pauseAll").isVisible());
        QCOMPARE(m_window->chosenKite(), QStringLiteral("photos"));
        m_kites->setSettings(with({}));
        QVERIFY(!part<QWidget>(*m_window, "kites").isVisible());
    }

    void theChosenOneStaysChosen()
    {
        m_kites->setSettings(with({"a", "b", "c"}));
        m_window->choose(QStringLiteral("b"));
        m_kites->setSettings(with({"b", "c"}));
        QCOMPARE(m_window->chosenKite(), QStringLiteral("b"));
        m_window->choose(QStringLiteral("gone"));
        QCOMPARE(m_window->chosenKite(), QStringLiteral("b"));
        m_kites->setSettings(with({"c"}));
        QCOMPARE(m_window->chosenKite(), QStringLiteral("c"));
    }

    void theSwitchPausesTheChosenOne()
    {
        m_kites->setSettings(with({"a", "b"}));
        m_window->choose(QStringLiteral("b"));
        QSignalSpy paused(m_window.get(), &MainWindow::pauseWanted);
        press(*m_window, "flies");
        QCOMPARE(paused.value(0).value(0).toString(), QStringLiteral("b"));
        QCOMPARE(paused.value(0).value(1).toBool(), true);
    }

    void pauseAllBecomesResumeAll()
    {
        settings::Settings all = with({"a", "b"});
        m_kites->setSettings(all);
        QSignalSpy paused(m_window.get(), &MainWindow::pauseAllWanted);
        press(*m_window, "pauseAll");
        QCOMPARE(paused.value(0).value(0).toBool(), true);
        for (settings::Kite &kite : all.kites)
            kite.paused = true;
        m_kites->setSettings(all);
        press(*m_window, "pauseAll");
        QCOMPARE(paused.value(1).value(0).toBool(), false);
    }

    void aPausedKiteSaysWhatVisitorsSee()
    {
        settings::Settings all = with({"a"});
        all.kites[0].paused = true;
        m_kites->setSettings(all);
        const auto &address = part<QLineEdit>(*m_window, "address");
        QVERIFY(!address.text().isEmpty());
        QVERIFY2(address.isEnabled(), "too pale to be read");
        QVERIFY(!part<QWidget>(*m_window, "copy").isEnabled());
    }

    /// The same words weigh more once nobody tries any longer.
    void troubleWeighsWhatItIs()
    {
        m_kites->setSettings(with({"a"}));
        m_window->show();
        KiteSnapshot down;
        down.id = QStringLiteral("a");
        down.reason = DownReason::Unreachable;
        for (const auto state : {KiteState::Connecting, KiteState::Refused}) {
            down.state = state;
            m_kites->setKite(down);
            const auto bars = m_window->findChildren<NoteBar *>();
            const auto shown = std::ranges::find_if(bars, &NoteBar::isVisible);
            QVERIFY(shown != bars.end());
            QCOMPARE((*shown)->weight(),
                     state == KiteState::Connecting ? NoteBar::Weight::Information
                                                    : NoteBar::Weight::Warning);
        }
    }

    void foldersCanBeDropped()
    {
        m_window->show();
        QSignalSpy dropped(m_window.get(), &MainWindow::pathsDropped);
        QMimeData folder;
        folder.setUrls({QUrl::fromLocalFile(QStringLiteral("/srv/my photos")),
                        QUrl(QStringLiteral("https://example.net/"))});
        QVERIFY(drag(folder));
        QDropEvent drop({50, 50}, Qt::CopyAction | Qt::MoveAction, &folder, Qt::LeftButton,
                        Qt::NoModifier);
        QCoreApplication::sendEvent(m_window.get(), &drop);
        QCOMPARE(dropped.value(0).value(0).toStringList(),
                 QStringList {QStringLiteral("/srv/my photos")});
        QCOMPARE(drop.dropAction(), Qt::CopyAction); // nobody's files go away

        QMimeData words;
        words.setText(QStringLiteral("hello"));
        QVERIFY(!drag(words));
    }

    void hundredsOfKites()
    {
        settings::Settings all;
        for (int at = 0; at < 500; ++at) {
            settings::Kite kite;
            kite.id = kite.name = QStringLiteral("kite-%1").arg(at);
            all.kites << kite;
        }
        m_window->show();
        m_kites->setSettings(all);
        m_window->choose(QStringLiteral("kite-499"));
        QCOMPARE(m_window->chosenKite(), QStringLiteral("kite-499"));
        m_window->grab();
    }

private:
    static settings::Settings with(std::initializer_list<const char *> names)
    {
        settings::Settings all;
        for (const char *name : names) {
            settings::Kite kite;
            kite.id = kite.name = QLatin1String(name);
            all.kites << kite;
        }
        return all;
    }

    bool drag(const QMimeData &data)
    {
        QDragEnterEvent enter({50, 50}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        enter.ignore();
        QCoreApplication::sendEvent(m_window.get(), &enter);
        return enter.isAccepted();
    }

    std::unique_ptr<KiteListModel> m_kites;
    std::unique_ptr<MainWindow> m_window;
};

QTEST_MAIN(TestMainWindow)

#include "tst_mainwindow.moc"
