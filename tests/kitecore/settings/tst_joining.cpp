#include <QTest>

#include "kitecore/settings/joining.h"

using namespace kite::settings;
using Tls = Relay::Tls;

namespace {

const QString here = QStringLiteral("relay.test");
const QString name = QStringLiteral("a.test");
const QString pinA = QString(64, u'a');
const QString pinB = QString(64, u'b');

Relay relayOf(const char *id, const QString &domain, const QString &pin)
{
    Relay relay;
    relay.id = QLatin1String(id);
    relay.endpoint = {here, 443};
    relay.domain = domain;
    relay.fingerprint = pin;
    return relay;
}

Invitation invitationOf(const QString &pin)
{
    return {{here, 443}, name.toUtf8(), "s3cret", pin.toUtf8()};
}

} // namespace

class TestJoining : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aRelayNobodyKnew()
    {
        const Joining made = joining(invitationOf(pinA), {});
        QVERIFY(!made.isKnown);
        QVERIFY(!made.changesTrust);
        QVERIFY(!made.relay.id.isEmpty());
        Relay expected = relayOf("", name, pinA);
        expected.id = made.relay.id;
        QVERIFY(made.relay == expected);
        QVERIFY(made.others.isEmpty());
    }

    void known_data()
    {
        QTest::addColumn<Relay>("known");
        QTest::addColumn<bool>("isSame");
        const Relay same = relayOf("known", name, pinA);
        QTest::newRow("the same name there") << same << true;
        QTest::newRow("in capital letters") << relayOf("known", name.toUpper(), pinA) << true;
        QTest::newRow("by its host alone") << relayOf("known", {}, pinA) << true;
        Relay stored = relayOf("known", {}, pinA);
        stored.secretStored = true;
        QTest::newRow("with another secret") << stored << false;
        Relay used = relayOf("used", {}, pinA);
        QTest::newRow("with a kite") << used << false;
        QTest::newRow("another name there")
            << relayOf("known", QStringLiteral("b.test"), pinA) << false;
        QTest::newRow("all names there")
            << relayOf("known", QStringLiteral("*.test"), pinA) << false;
        Relay port = same;
        port.endpoint.port = 8443;
        QTest::newRow("another port") << port << false;
        Relay host = same;
        host.endpoint.host = QStringLiteral("other.test");
        QTest::newRow("another host") << host << false;
    }

    void known()
    {
        QFETCH(const Relay, known);
        QFETCH(const bool, isSame);
        Kite kite;
        kite.relayId = QStringLiteral("used");
        const Joining made = joining(invitationOf(pinA), {{known}, {kite}, {}});
        QCOMPARE(made.isKnown, isSame);
        QCOMPARE(made.relay.id == known.id, isSame);
        QCOMPARE(made.relay.domain, name);
        QVERIFY(!made.changesTrust);
        QVERIFY(made.others.isEmpty());
    }

    void trust_data()
    {
        QTest::addColumn<QString>("before");
        QTest::addColumn<Tls>("tls");
        QTest::addColumn<QString>("pin");
        QTest::addColumn<bool>("changes");
        QTest::newRow("the same pin") << pinA << Tls::Checked << pinA << false;
        QTest::newRow("in capital letters") << pinA.toUpper() << Tls::Checked << pinA << false;
        QTest::newRow("no pin, as before") << QString() << Tls::Checked << QString() << false;
        QTest::newRow("another pin") << pinB << Tls::Checked << pinA << true;
        QTest::newRow("a first pin") << QString() << Tls::Checked << pinA << true;
        QTest::newRow("no pin any more") << pinB << Tls::Checked << QString() << true;
        QTest::newRow("only the pin was checked") << pinB << Tls::Unchecked << pinA << true;
        QTest::newRow("was not checked") << QString() << Tls::Unchecked << pinA << false;
        QTest::newRow("was in plain text") << QString() << Tls::Off << pinA << false;
    }

    void trust()
    {
        QFETCH(const QString, before);
        QFETCH(const Tls, tls);
        QFETCH(const QString, pin);
        QFETCH(const bool, changes);
        Relay known = relayOf("known", name, before);
        known.tls = tls;
        const Joining made = joining(invitationOf(pin), {{known}, {}, {}});
        QCOMPARE(made.changesTrust, changes);
        QCOMPARE(made.relay.fingerprint, pin);
        QCOMPARE(made.relay.tls, Tls::Checked);
        QCOMPARE(made.relay.id, known.id);
    }

    void otherNamesThereChangeTheirTrustWithIt()
    {
        Relay unchecked = relayOf("unchecked", QStringLiteral("u.test"), {});
        unchecked.tls = Tls::Unchecked;
        const QList<Relay> relays {relayOf("old", QStringLiteral("b.test"), pinB),
                                   relayOf("new", QStringLiteral("c.test"), pinA), unchecked};
        const Joining made = joining(invitationOf(pinA), {relays, {}, {}});
        QVERIFY(!made.isKnown);
        QVERIFY(made.changesTrust);
        QCOMPARE(made.others.size(), 1);
        QVERIFY(made.others[0] == relayOf("old", QStringLiteral("b.test"), pinA));
    }

    void whatTheUserCallsItStays()
    {
        Relay known = relayOf("known", name, pinA);
        known.name = QStringLiteral("Home");
        known.certificateName = QStringLiteral("frontend");
        known.secretStored = true;
        const Joining made = joining(invitationOf(pinA), {{known}, {}, {}});
        QVERIFY(made.relay == known);
    }
};

QTEST_APPLESS_MAIN(TestJoining)
#include "tst_joining.moc"
