#include <QComboBox>
#include <QSignalSpy>
#include <QTest>

#include "tests/support/formhands.h"
#include "ui/windows/addkitedialog.h"

using kite::test::faults;
using kite::test::part;
using kite::test::press;
using kite::test::type;
using kite::ui::AddKiteDialog;
using kite::ui::ListeningPort;
namespace settings = kite::settings;
namespace stats = kite::stats;

class TestAddKiteDialog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_dialog = std::make_unique<AddKiteDialog>();
        m_wanted = std::make_unique<QSignalSpy>(m_dialog.get(), &AddKiteDialog::kiteWanted);
        settings::Settings all;
        all.relays = {relay("each", "*.example.net"), relay("one", "demo.example.org")};
        settings::Kite other;
        other.id = QStringLiteral("other");
        other.name = QStringLiteral("taken");
        all.kites = {other};
        m_dialog->setSettings(all);
        m_dialog->setPorts({{5173, QStringLiteral("node")}, {8000, {}}});
        m_dialog->show();
    }

    void cleanup()
    {
        m_wanted.reset();
        m_dialog.reset();
    }

    void theFirstPortFoundIsReadyToGo()
    {
        press(*m_dialog, "go");
        const settings::Kite kite = wanted();
        QCOMPARE(kite.target.kind, settings::Target::Kind::Port);
        QCOMPARE(kite.target.endpoint, (kite::Endpoint {QStringLiteral("localhost"), 5173}));
        QCOMPARE(kite.name, QStringLiteral("port-5173"));
        QCOMPARE(kite.protocol, QStringLiteral("http"));
        QCOMPARE(kite.relayId, QString());
        QVERIFY(!kite.id.isEmpty());
        QCOMPARE(m_dialog->kiteId(), kite.id);
    }

    void theKeyboardBeginsAtThePort()
    {
        auto &port = part<QComboBox>(*m_dialog, "port");
        QCOMPARE(m_dialog->focusWidget(), &port);
        QStringList order;
        for (const QWidget *at = &port; order.size() < 20; at = at->nextInFocusChain()) {
            if ((at->focusPolicy() & Qt::TabFocus) != 0 && !at->objectName().isEmpty())
                order << at->objectName();
            if (at->objectName() == QLatin1String("cancel"))
                break;
        }
        order.removeAll(QStringLiteral("qt_spinbox_lineedit"));
        QCOMPARE(order,
                 QStringLiteral("port host protocol name place go cancel").split(QLatin1Char(' ')));
    }

    void portsThatAreNone_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::newRow("nothing") << QString();
        QTest::newRow("zero") << QStringLiteral("0");
        QTest::newRow("too large") << QStringLiteral("65536");
        QTest::newRow("negative") << QStringLiteral("-1");
        QTest::newRow("a word") << QStringLiteral("http");
        QTest::newRow("a fraction") << QStringLiteral("80.5");
    }

    void portsThatAreNone()
    {
        QFETCH(QString, typed);
        type(*part<QComboBox>(*m_dialog, "port").lineEdit(), typed);
        QVERIFY2(faults(*m_dialog).isEmpty(), "complains while somebody is still typing");
        press(*m_dialog, "go");
        QCOMPARE(m_wanted->size(), 0);
        QCOMPARE(faults(*m_dialog).size(), 1);
        type(*part<QComboBox>(*m_dialog, "port").lineEdit(), QStringLiteral("8080"));
        QVERIFY(faults(*m_dialog).isEmpty());
        press(*m_dialog, "go");
        QCOMPARE(wanted().target.endpoint.port, quint16(8080));
    }

    void hostsAndNames_data()
    {
        QTest::addColumn<QByteArray>("field");
        QTest::addColumn<QString>("typed");
        QTest::addColumn<bool>("good");
        QTest::newRow("a name in the network")
            << QByteArray("host") << QStringLiteral("printer.lan") << true;
        QTest::newRow("an address") << QByteArray("host") << QStringLiteral("192.0.2.7") << true;
        QTest::newRow("with a scheme")
            << QByteArray("host") << QStringLiteral("http://printer") << false;
        QTest::newRow("no host") << QByteArray("host") << QString() << false;
        QTest::newRow("a word") << QByteArray("name") << QStringLiteral("shop") << true;
        QTest::newRow("capital letters") << QByteArray("name") << QStringLiteral("Shop") << true;
        QTest::newRow("no name") << QByteArray("name") << QString() << false;
        QTest::newRow("a dot") << QByteArray("name") << QStringLiteral("a.b") << false;
        QTest::newRow("a blank") << QByteArray("name") << QStringLiteral("a b") << false;
        QTest::newRow("taken") << QByteArray("name") << QStringLiteral("taken") << false;
    }

    void hostsAndNames()
    {
        QFETCH(QByteArray, field);
        QFETCH(QString, typed);
        QFETCH(bool, good);
        type(part<QLineEdit>(*m_dialog, field.constData()), typed);
        press(*m_dialog, "go");
        QCOMPARE(m_wanted->size(), good ? 1 : 0);
        QCOMPARE(faults(*m_dialog).size(), good ? 0 : 1);
    }

    void kinds_data()
    {
        QTest::addColumn<int>("index");
        QTest::addColumn<QString>("protocol");
        QTest::addColumn<quint16>("publicPort");
        QTest::newRow("http") << 0 << QStringLiteral("http") << quint16(0);
        QTest::newRow("https") << 1 << QStringLiteral("https") << quint16(0);
        QTest::newRow("raw") << 2 << QStringLiteral("raw") << quint16(5173);
    }

    void kinds()
    {
        QFETCH(int, index);
        QFETCH(QString, protocol);
        QFETCH(quint16, publicPort);
        part<QComboBox>(*m_dialog, "protocol").setCurrentIndex(index);
        if (protocol == u"raw") {
            QCOMPARE(faults(*m_dialog).size(), 1);
            press(*m_dialog, "go");
            QCOMPARE(m_wanted->size(), 0);
            m_dialog->chooseRelay(QStringLiteral("each"));
        }
        press(*m_dialog, "go");
        QCOMPARE(wanted().protocol, protocol);
        QCOMPARE(wanted().publicPort, publicPort);
    }

    void aRelayForAllNamesBelow()
    {
        m_dialog->chooseRelay(QStringLiteral("each"));
        type(*m_dialog, "name", "shop");
        press(*m_dialog, "go");
        QCOMPARE(wanted().name, QStringLiteral("shop.example.net"));
        QCOMPARE(wanted().relayId, QStringLiteral("each"));
    }

    void aRelayForOneName()
    {
        m_dialog->chooseRelay(QStringLiteral("one"));
        QVERIFY(part<QLineEdit>(*m_dialog, "name").isReadOnly());
        press(*m_dialog, "go");
        QCOMPARE(wanted().name, QStringLiteral("demo.example.org"));
    }

    void aTypedNameStays()
    {
        type(*m_dialog, "name", "mine");
        m_dialog->setPort(8000);
        QCOMPARE(part<QLineEdit>(*m_dialog, "name").text(), QStringLiteral("mine"));
        type(*m_dialog, "name", "");
        m_dialog->setPort(9000);
        QCOMPARE(part<QLineEdit>(*m_dialog, "name").text(), QStringLiteral("port-9000"));
    }

    void becomesTheAddress()
    {
        press(*m_dialog, "go");
        kite::ui::KiteRow row;
        row.kite = wanted();
        row.now.state = stats::KiteState::Flying;
        row.now.url = QStringLiteral("http://port-5173.localhost:7777/");
        m_dialog->showKite(row);
        QCOMPARE(part<QLineEdit>(*m_dialog, "address").text(), row.now.url);
        QVERIFY(!part<QWidget>(*m_dialog, "name").isVisible());
        QVERIFY(part<QWidget>(*m_dialog, "copy").isEnabled());
        QSignalSpy copied(m_dialog.get(), &AddKiteDialog::copyWanted);
        press(*m_dialog, "copy");
        QCOMPARE(copied.value(0).value(0).toString(), row.now.url);
        const int before = m_dialog->height();
        press(*m_dialog, "qr");
        QTRY_VERIFY(m_dialog->height() > before);
    }

    void anotherKiteIsNotItsOwn()
    {
        press(*m_dialog, "go");
        kite::ui::KiteRow other;
        other.kite.id = QStringLiteral("other");
        other.now.state = stats::KiteState::Flying;
        other.now.url = QStringLiteral("http://other.localhost/");
        m_dialog->showKite(other);
        QVERIFY(!part<QWidget>(*m_dialog, "copy").isEnabled());
    }

    void whyItIsDown()
    {
        press(*m_dialog, "go");
        kite::ui::KiteRow row;
        row.kite = wanted();
        row.now.state = stats::KiteState::Refused;
        row.now.reason = stats::DownReason::PortTaken;
        m_dialog->showKite(row);
        const auto notes = m_dialog->findChildren<QLabel *>(QStringLiteral("note"));
        QVERIFY(std::ranges::any_of(notes, [](const QLabel *note) {
            return note->isVisible() && !note->text().isEmpty();
        }));
        QVERIFY(!part<QWidget>(*m_dialog, "copy").isEnabled());
    }

private:
    static settings::Relay relay(const char *id, const char *domain)
    {
        settings::Relay relay;
        relay.id = QLatin1String(id);
        relay.endpoint = {QStringLiteral("relay.example.net"), 443};
        relay.domain = QLatin1String(domain);
        return relay;
    }

    settings::Kite wanted() const { return m_wanted->value(0).value(0).value<settings::Kite>(); }

    std::unique_ptr<AddKiteDialog> m_dialog;
    std::unique_ptr<QSignalSpy> m_wanted;
};

QTEST_MAIN(TestAddKiteDialog)

#include "tst_addkitedialog.moc"
