#include <QSignalSpy>
#include <QTest>

#include "ui/tray/traymenu.h"

using kite::stats::KiteSnapshot;
using kite::stats::KiteState;
using kite::ui::KiteListModel;
using kite::ui::ListeningPort;
using kite::ui::TrayMenu;
namespace settings = kite::settings;

namespace {

class SomePorts final : public kite::ui::ListeningPorts
{
public:
    QList<ListeningPort> find() override { return ports; }
    QList<ListeningPort> ports;
};

} // namespace

class TestTrayMenu : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_kites = std::make_unique<KiteListModel>();
        m_menu = std::make_unique<TrayMenu>(*m_kites, m_ports);
    }

    void cleanup()
    {
        m_menu.reset();
        m_kites.reset();
        m_ports.ports.clear();
    }

    void followsTheKites()
    {
        const auto empty = texts(*m_menu);
        m_kites->setSettings(with({"photos", "demo"}));
        QVERIFY(texts(*m_menu).contains(QStringLiteral("photos")));
        QVERIFY(texts(*m_menu).contains(QStringLiteral("demo")));
        m_kites->setSettings(with({}));
        QCOMPARE(texts(*m_menu), empty);
    }

    void aKiteInTheMenu()
    {
        m_kites->setSettings(with({"photos"}));
        QMenu &menu = submenu("photos");
        QVERIFY(!entry(menu, "Copy address").isEnabled()); // there is none yet
        m_kites->setKite(flying("photos"));
        QVERIFY(entry(menu, "Copy address").isEnabled());
        QSignalSpy copied(m_menu.get(), &TrayMenu::copyWanted);
        QSignalSpy opened(m_menu.get(), &TrayMenu::openWanted);
        QSignalSpy shown(m_menu.get(), &TrayMenu::qrWanted);
        QSignalSpy stopped(m_menu.get(), &TrayMenu::stopWanted);
        entry(menu, "Copy address").trigger();
        entry(menu, "Open").trigger();
        entry(menu, "QR code").trigger();
        entry(menu, "Stop").trigger();
        for (const QSignalSpy *spy : {&copied, &opened, &shown})
            QCOMPARE(spy->value(0).value(0).toString(), QStringLiteral("http://photos.example/"));
        QCOMPARE(stopped.value(0).value(0).toString(), QStringLiteral("photos"));
    }

    void pauseBecomesResume()
    {
        settings::Settings all = with({"photos"});
        m_kites->setSettings(all);
        QSignalSpy paused(m_menu.get(), &TrayMenu::pauseWanted);
        entry(submenu("photos"), "Pause").trigger();
        QCOMPARE(paused.value(0).value(1).toBool(), true);
        all.kites[0].paused = true;
        m_kites->setSettings(all);
        entry(submenu("photos (paused)"), "Resume").trigger();
        QCOMPARE(paused.value(1).value(1).toBool(), false);
    }

    void portsAreLookedForWhenItOpens()
    {
        m_ports.ports = {{5173, QStringLiteral("node & co")}, {8000, {}}};
        Q_EMIT m_menu->aboutToShow();
        QMenu &menu = submenu("Share a local port");
        QCOMPARE(texts(menu),
                 (QStringList {QStringLiteral("5173 node && co"), QStringLiteral("8000"),
                               QString::fromUtf8("Other…")}));
        QSignalSpy wanted(m_menu.get(), &TrayMenu::portWanted);
        entry(menu, "5173 node && co").trigger();
        entry(menu, "Other…").trigger();
        QCOMPARE(wanted.value(0).value(0).value<quint16>(), quint16(5173));
        QCOMPARE(wanted.value(1).value(0).value<quint16>(), quint16(0));
    }

    void theFirstLineTellsWhatGoesOn()
    {
        const QString nothing = m_menu->actions().constFirst()->text();
        QVERIFY(!m_menu->actions().constFirst()->isEnabled());
        m_kites->setSettings(with({"photos"}));
        m_kites->setKite(flying("photos"));
        QVERIFY(m_menu->actions().constFirst()->text() != nothing);
    }

    void manyKitesDoNotFillTheScreen()
    {
        settings::Settings all;
        for (int at = 0; at < 500; ++at) {
            settings::Kite kite;
            kite.id = kite.name = QString::number(at);
            all.kites << kite;
        }
        m_kites->setSettings(all);
        QVERIFY(m_menu->actions().size() < 30);
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

    static KiteSnapshot flying(const char *id)
    {
        KiteSnapshot now;
        now.id = QLatin1String(id);
        now.state = KiteState::Flying;
        now.url = QStringLiteral("http://%1.example/").arg(now.id);
        return now;
    }

    static QStringList texts(const QMenu &menu)
    {
        QStringList all;
        for (const QAction *action : menu.actions()) {
            if (action->isVisible() && !action->isSeparator())
                all << action->text();
        }
        return all;
    }

    static QAction &entry(const QMenu &menu, const char *text)
    {
        for (QAction *action : menu.actions()) {
            if (action->text() == QString::fromUtf8(text))
                return *action;
        }
        qFatal("there is no %s", text);
        std::abort();
    }

    QMenu &submenu(const char *text) { return *entry(*m_menu, text).menu(); }

    SomePorts m_ports;
    std::unique_ptr<KiteListModel> m_kites;
    std::unique_ptr<TrayMenu> m_menu;
};

QTEST_MAIN(TestTrayMenu)

#include "tst_traymenu.moc"
