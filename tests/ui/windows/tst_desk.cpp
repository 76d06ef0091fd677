#include <QAbstractButton>
#include <QApplication>
#include <QComboBox>
#include <QMessageBox>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "tests/support/formhands.h"
#include "ui/windows/desk.h"

using kite::secrets::SecretError;
using kite::stats::KiteSnapshot;
using kite::stats::KiteState;
using kite::test::part;
using kite::test::press;
using kite::ui::Desk;
using kite::ui::KiteListModel;
using kite::ui::ListeningPort;
namespace settings = kite::settings;

namespace {

class SomePorts final : public kite::ui::ListeningPorts
{
public:
    QList<ListeningPort> find() override { return {{5173, QStringLiteral("node")}}; }
};

template <typename Dialog>
Dialog *opened()
{
    const auto all = QApplication::topLevelWidgets();
    for (QWidget *widget : all) {
        if (auto *dialog = qobject_cast<Dialog *>(widget); dialog != nullptr && dialog->isVisible())
            return dialog;
    }
    return nullptr;
}

} // namespace

class TestDesk : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_kites = std::make_unique<KiteListModel>();
        m_desk = std::make_unique<Desk>(*m_kites, m_ports);
        settings::Kite kite;
        kite.id = kite.name = QStringLiteral("photos");
        settings::Relay relay;
        relay.id = QStringLiteral("at");
        relay.endpoint = {QStringLiteral("relay.example.net"), 443};
        m_settings = {};
        m_settings.kites = {kite};
        m_settings.relays = {relay};
        tellSettings();
    }

    void cleanup()
    {
        m_desk.reset();
        m_kites.reset();
        QVERIFY(!opened<QDialog>()); // the desk takes its dialogs along
    }

    void aClickOnTheTrayOpensAndCloses()
    {
        m_desk->toggleWindow();
        QVERIFY(m_desk->window().isVisible());
        m_desk->toggleWindow();
        QVERIFY(!m_desk->window().isVisible());
    }

    void stoppingAsksWhileVisitorsAreHere_data()
    {
        QTest::addColumn<int>("visitors");
        QTest::addColumn<bool>("yes");
        QTest::addColumn<int>("stopped");
        QTest::newRow("nobody is here") << 0 << true << 1;
        QTest::newRow("somebody, stop") << 2 << true << 1;
        QTest::newRow("somebody, keep flying") << 2 << false << 0;
    }

    void stoppingAsksWhileVisitorsAreHere()
    {
        QFETCH(int, visitors);
        QFETCH(bool, yes);
        QFETCH(int, stopped);
        fly(visitors);
        QSignalSpy stops(m_desk.get(), &Desk::stopWanted);
        m_desk->stop(QStringLiteral("photos"));
        if (visitors > 0) {
            QCOMPARE(stops.size(), 0);
            answer(yes);
        }
        QCOMPARE(stops.size(), stopped);
    }

    void quittingAsksOnceWhileVisitorsAreHere()
    {
        QSignalSpy quits(m_desk.get(), &Desk::quitWanted);
        fly(1);
        m_desk->quit();
        m_desk->quit();
        QCOMPARE(quits.size(), 0);
        answer(false);
        QVERIFY(!opened<QMessageBox>()); // one question, not two
        QCOMPARE(quits.size(), 0);
        m_desk->quit();
        answer(true);
        QCOMPARE(quits.size(), 1);
        fly(0);
        m_desk->quit();
        QCOMPARE(quits.size(), 2);
    }

    void withoutATrayTheFirstCloseAsks()
    {
        QSignalSpy quits(m_desk.get(), &Desk::quitWanted);
        m_desk->setTrayless(true);
        m_desk->showWindow();
        m_desk->window().close();
        answer(false);
        QCOMPARE(quits.size(), 0);
        m_desk->showWindow();
        m_desk->window().close(); // said once
        QVERIFY(!opened<QMessageBox>());
        QCOMPARE(quits.size(), 0);
    }

    void withoutATrayAndKitesClosingQuits()
    {
        m_settings.kites.clear();
        tellSettings();
        QSignalSpy quits(m_desk.get(), &Desk::quitWanted);
        m_desk->setTrayless(true);
        m_desk->showWindow();
        m_desk->window().close();
        QCOMPARE(quits.size(), 1);
    }

    void withATrayClosingIsNothing()
    {
        QSignalSpy quits(m_desk.get(), &Desk::quitWanted);
        m_desk->showWindow();
        m_desk->window().close();
        QVERIFY(!opened<QMessageBox>());
        QCOMPARE(quits.size(), 0);
    }

    void aPortFromTheMenu()
    {
        QSignalSpy wanted(m_desk.get(), &Desk::kiteWanted);
        m_desk->sharePort(5173);
        auto *dialog = opened<kite::ui::AddKiteDialog>();
        QVERIFY(dialog != nullptr);
        press(*dialog, "go");
        QCOMPARE(wanted.value(0).value(0).value<settings::Kite>().target.endpoint.port,
                 quint16(5173));
    }

    void aFolderThatWasDropped()
    {
        m_desk->share({QStringLiteral("/")});
        m_desk->share({QStringLiteral("/tmp")}); // instead of the first
        auto *dialog = opened<kite::ui::ShareDialog>();
        QVERIFY(dialog != nullptr);
        QCOMPARE(part<QLineEdit>(*dialog, "path").text(), QStringLiteral("/tmp"));
    }

    void whatNobodyWouldAskAboutFliesAtOnce()
    {
        const QTemporaryDir folder;
        QVERIFY(touch(folder.filePath(QStringLiteral("index.html"))));
        QSignalSpy wanted(m_desk.get(), &Desk::kiteWanted);
        m_desk->shareAtOnce({folder.path()});
        QCOMPARE(wanted.size(), 0); // not before all of it was seen
        QTRY_COMPARE(wanted.size(), 1);
        const auto kite = wanted[0][0].value<settings::Kite>();
        QCOMPARE(kite.target.paths, QStringList {folder.path()});
        QVERIFY(!kite.id.isEmpty() && !kite.name.isEmpty());
        QVERIFY(!opened<kite::ui::ShareDialog>());
    }

    void whatLooksPrivateIsAskedAbout_data()
    {
        QTest::addColumn<QStringList>("paths");
        QTest::newRow("a key beside the pages") << QStringList {QStringLiteral("site")};
        QTest::newRow("a key named") << QStringList {QStringLiteral("site/id_rsa")};
        QTest::newRow("above the home folder") << QStringList {QStringLiteral("/")};
        QTest::newRow("gone meanwhile") << QStringList {QStringLiteral("none")};
    }

    void whatLooksPrivateIsAskedAbout()
    {
        QFETCH(QStringList, paths);
        const QTemporaryDir folder;
        QVERIFY(QDir(folder.path()).mkdir(QStringLiteral("site")));
        QVERIFY(touch(folder.filePath(QStringLiteral("site/index.html"))));
        QVERIFY(touch(folder.filePath(QStringLiteral("site/id_rsa"))));
        for (QString &path : paths)
            path = folder.filePath(path); // `/` stays
        QSignalSpy wanted(m_desk.get(), &Desk::kiteWanted);
        m_desk->shareAtOnce(paths);
        QTRY_VERIFY(opened<kite::ui::ShareDialog>());
        QCOMPARE(QDir::fromNativeSeparators(
                     part<QLineEdit>(*opened<kite::ui::ShareDialog>(), "path").text()),
                 paths.constFirst());
        QCOMPARE(wanted.size(), 0);
    }

    void onlyItsOwnRelayAnswersADialog()
    {
        m_desk->changeRelay(QStringLiteral("gone"));
        QVERIFY(!opened<kite::ui::RelayDialog>());
        m_desk->changeRelay(QStringLiteral("at"));
        auto *dialog = opened<kite::ui::RelayDialog>();
        QVERIFY(dialog != nullptr);
        m_desk->relayAnswered(QStringLiteral("at"), std::nullopt); // of a dialog before it
        QVERIFY(dialog->isVisible());
        press(*dialog, "go");
        m_desk->relayAnswered(QStringLiteral("other"), std::nullopt);
        QVERIFY(dialog->isVisible());
        m_desk->relayAnswered(QStringLiteral("at"), std::nullopt);
        QTRY_VERIFY(!opened<kite::ui::RelayDialog>());
    }

    void anInvitationLeadsToItsKite_data()
    {
        QTest::addColumn<QByteArray>("button");
        QTest::newRow("a folder") << QByteArray("shareFolder");
        QTest::newRow("a port") << QByteArray("sharePort");
    }

    void anInvitationLeadsToItsKite()
    {
        QFETCH(QByteArray, button);
        QSignalSpy wanted(m_desk.get(), &Desk::relayWanted);
        m_desk->join(QStringLiteral("kite://relay.example.net/demo.example.net#s3cret"));
        auto *dialog = opened<kite::ui::RelayDialog>();
        QVERIFY(dialog != nullptr);
        QCOMPARE(wanted.size(), 0); // it is only shown
        press(*dialog, "go");
        const auto relay = wanted.value(0).value(0).value<settings::Relay>();
        QCOMPARE(relay.id, QStringLiteral("at")); // known by its host
        m_settings.relays = {relay};
        tellSettings();
        m_desk->relayAnswered(relay.id, std::nullopt);
        press(*dialog, button.constData());
        auto *next = opened<kite::ui::NewKiteDialog>();
        QVERIFY(next != nullptr);
        QCOMPARE(part<QLineEdit>(*next, "name").text(), QStringLiteral("demo.example.net"));
        QCOMPARE(part<QComboBox>(*next, "place").currentData().toString(), relay.id);
        QTRY_VERIFY(!opened<kite::ui::RelayDialog>());
    }

    void anInvitationThatIsNone()
    {
        m_desk->join(QStringLiteral("kite:nonsense"));
        auto *dialog = opened<kite::ui::RelayDialog>();
        QVERIFY(dialog != nullptr);
        QCOMPARE(kite::test::faults(*dialog).size(), 1);
    }

    void aSecretThatWasNotKeptIsToldWithoutADialog()
    {
        const auto note = [this] {
            QString all;
            for (const QLabel *label :
                 m_desk->window().findChildren<QLabel *>(QStringLiteral("note")))
                all += label->text();
            return all;
        };
        m_desk->changeRelay(QStringLiteral("at"));
        auto *dialog = opened<kite::ui::RelayDialog>();
        QVERIFY(dialog != nullptr);
        press(*dialog, "go");
        dialog->close();
        QTRY_VERIFY(!opened<kite::ui::RelayDialog>());
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        m_desk->relayAnswered(QStringLiteral("at"), std::nullopt);
        QVERIFY(note().isEmpty());
        m_desk->relayAnswered(QStringLiteral("gone"), SecretError::NoKeychain);
        QVERIFY(note().isEmpty());
        m_desk->changeRelay(QStringLiteral("at")); // the next one has not asked
        m_desk->relayAnswered(QStringLiteral("at"), SecretError::NoKeychain);
        QVERIFY(note().contains(QStringLiteral("relay.example.net")));
    }

private:
    static bool touch(const QString &path)
    {
        QFile file(path);
        return file.open(QIODevice::WriteOnly) && file.write("x") == 1;
    }

    void tellSettings()
    {
        m_kites->setSettings(m_settings);
        m_desk->setSettings(m_settings);
    }

    void fly(int visitors)
    {
        KiteSnapshot now;
        now.id = QStringLiteral("photos");
        now.state = KiteState::Flying;
        now.url = QStringLiteral("http://photos.localhost/");
        now.streams = visitors;
        m_kites->setKite(now);
    }

    static void answer(bool yes)
    {
        auto *box = opened<QMessageBox>();
        QVERIFY(box != nullptr);
        const auto role = yes ? QMessageBox::DestructiveRole : QMessageBox::RejectRole;
        const auto buttons = box->buttons();
        for (QAbstractButton *button : buttons) {
            if (box->buttonRole(button) == role) {
                button->click();
                break;
            }
        }
        QTRY_VERIFY(!opened<QMessageBox>());
    }

    SomePorts m_ports;
    settings::Settings m_settings;
    std::unique_ptr<KiteListModel> m_kites;
    std::unique_ptr<Desk> m_desk;
};

QTEST_MAIN(TestDesk)

#include "tst_desk.moc"
