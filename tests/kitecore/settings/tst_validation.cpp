#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include "kitecore/settings/validation.h"

using namespace kite::settings;

Q_DECLARE_METATYPE(kite::settings::Relay)
Q_DECLARE_METATYPE(kite::settings::Kite)

class TestValidation : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_dir.isValid());
        for (const char *folder : {"a/x", "b/x", "y"})
            QVERIFY(QDir().mkpath(below(folder)));
    }

    void relays_data()
    {
        QTest::addColumn<Relay>("relay");
        QTest::addColumn<QList<Finding>>("found");
        const auto row = [this](const char *tag, auto change, QList<Finding> found) {
            Relay relay = goodRelay();
            change(relay);
            QTest::newRow(tag) << relay << found;
        };
        using F = Finding;
        row("good", [](Relay &) {}, {});
        row("wildcard", [](Relay &r) { r.domain = QStringLiteral("*.example.net"); }, {});
        row("IPv6", [](Relay &r) { r.endpoint.host = QStringLiteral("2001:db8::1"); }, {});
        row("no host", [](Relay &r) { r.endpoint.host.clear(); },
            {F {Field::RelayHost, Fault::Empty}});
        row("blank in host", [](Relay &r) { r.endpoint.host = QStringLiteral("a b"); },
            {F {Field::RelayHost, Fault::BadHost}});
        row("address with scheme", [](Relay &r) { r.endpoint.host = QStringLiteral("http://a"); },
            {F {Field::RelayHost, Fault::BadHost}});
        row("port in host", [](Relay &r) { r.endpoint.host = QStringLiteral("a:80"); },
            {F {Field::RelayHost, Fault::BadHost}});
        row("no port", [](Relay &r) { r.endpoint.port = 0; },
            {F {Field::RelayHost, Fault::BadPort}});
        row("markup in name", [](Relay &r) { r.domain = QStringLiteral("<b>"); },
            {F {Field::RelayDomain, Fault::BadName}});
        row("fingerprint", [](Relay &r) { r.fingerprint = QString(64, QLatin1Char('a')); }, {});
        row("short fingerprint", [](Relay &r) { r.fingerprint = QStringLiteral("ab"); },
            {F {Field::Fingerprint, Fault::BadPrint}});
        row("fingerprint with signs",
            [](Relay &r) { r.fingerprint = QString(64, QLatin1Char('x')); },
            {F {Field::Fingerprint, Fault::BadPrint}});
        row("no such authority",
            [this](Relay &r) { r.authorityFile = m_dir.filePath(QStringLiteral("none.pem")); },
            {F {Field::Authority, Fault::Missing}});
        row("two at once",
            [](Relay &r) {
                r.endpoint.host.clear();
                r.domain = QStringLiteral(".");
            },
            {F {Field::RelayHost, Fault::Empty}, F {Field::RelayDomain, Fault::BadName}});
    }
    void relays()
    {
        QFETCH(Relay, relay);
        QFETCH(QList<Finding>, found);
        QCOMPARE(faultsOf(relay), found);
    }

    void kites_data()
    {
        QTest::addColumn<Kite>("kite");
        QTest::addColumn<QList<Finding>>("found");
        const auto row = [this](const char *tag, auto change, QList<Finding> found) {
            Kite kite = goodKite();
            change(kite);
            QTest::newRow(tag) << kite << found;
        };
        using F = Finding;
        const auto atRelay = [](const char *name) {
            return [name](Kite &k) {
                k.relayId = QStringLiteral("r");
                k.name = QString::fromLatin1(name);
            };
        };
        row("good", [](Kite &) {}, {});
        row("no name", [](Kite &k) { k.name.clear(); }, {F {Field::Name, Fault::Empty}});
        row("dots on this computer", [](Kite &k) { k.name = QStringLiteral("a.b"); },
            {F {Field::Name, Fault::NotALabel}});
        row("blank", [](Kite &k) { k.name = QStringLiteral("a b"); },
            {F {Field::Name, Fault::NotALabel}});
        row("long label", [](Kite &k) { k.name = QString(64, QLatin1Char('a')); },
            {F {Field::Name, Fault::NotALabel}});
        row("taken", [](Kite &k) { k.name = QStringLiteral("OTHER"); },
            {F {Field::Name, Fault::NameTaken}});
        row("same name, other protocol",
            [](Kite &k) {
                k.name = QStringLiteral("other");
                k.protocol = QStringLiteral("https");
            },
            {});
        row("raw on this computer", [](Kite &k) { k.protocol = QStringLiteral("raw"); },
            {F {Field::Relay, Fault::NeedsRelay}});
        row("raw at a relay",
            [](Kite &k) {
                k.relayId = QStringLiteral("r");
                k.name = QStringLiteral("a.example.net");
                k.protocol = QStringLiteral("raw");
            },
            {});
        row("same name at a relay", atRelay("other.example.net"), {});
        row("below the relay's domain", atRelay("a.b.example.net"), {});
        row("the domain itself", atRelay("example.net"), {F {Field::Name, Fault::OutsideDomain}});
        row("only its dot", atRelay(".example.net"), {F {Field::Name, Fault::BadName}});
        row("elsewhere", atRelay("a.example.org"), {F {Field::Name, Fault::OutsideDomain}});
        row("lookalike", atRelay("a.badexample.net"), {F {Field::Name, Fault::OutsideDomain}});
        row("no such relay", [](Kite &k) { k.relayId = QStringLiteral("gone"); },
            {F {Field::Relay, Fault::NoSuchRelay}});
        row("protocol", [](Kite &k) { k.protocol = QStringLiteral("gopher"); },
            {F {Field::Protocol, Fault::BadProtocol}});
        row("no paths", [](Kite &k) { k.target.paths.clear(); }, {F {Field::Target, Fault::Empty}});
        row("relative", [](Kite &k) { k.target.paths = {QStringLiteral("a")}; },
            {F {Field::Target, Fault::NotAbsolute}});
        row("gone", [this](Kite &k) { k.target.paths << m_dir.filePath(QStringLiteral("none")); },
            {F {Field::Target, Fault::Missing}});
        row("two of one name",
            [this](Kite &k) {
                k.target.paths = {below("a/x"), below("y"), below("b/x/")};
            },
            {F {Field::Target, Fault::Clash}});
        row("several", [this](Kite &k) { k.target.paths = {below("a/x"), below("y")}; }, {});
        row("a device", [](Kite &k) { k.target.paths = {QStringLiteral("/dev/null")}; },
            {F {Field::Target, Fault::Missing}});
        const auto port = [](const char *host, quint16 number) {
            return [host, number](Kite &k) {
                k.target = {.kind = Target::Kind::Port,
                            .endpoint = {QString::fromLatin1(host), number},
                            .paths = {}};
            };
        };
        row("port", port("localhost", 80), {});
        row("port 0", port("localhost", 0), {F {Field::Port, Fault::BadPort}});
        row("no host", port("", 80), {F {Field::Target, Fault::Empty}});
        row("bad host", port("a/b", 80), {F {Field::Target, Fault::BadHost}});
    }
    void kites()
    {
        QFETCH(Kite, kite);
        QFETCH(QList<Finding>, found);
        Kite other = goodKite();
        other.id = QStringLiteral("2");
        other.name = QStringLiteral("other");
        Relay relay = goodRelay();
        relay.domain = QStringLiteral("*.example.net");
        QCOMPARE(faultsOf(kite, Settings {{relay}, {goodKite(), other}, {}}), found);
    }

    void oneNameRelay()
    {
        Kite kite = goodKite();
        kite.relayId = QStringLiteral("r");
        kite.name = QStringLiteral("Demo.Example.net");
        const Settings settings {{goodRelay()}, {}, {}};
        QCOMPARE(faultsOf(kite, settings), QList<Finding> {});
        kite.name = QStringLiteral("a.demo.example.net");
        QCOMPARE(faultsOf(kite, settings), (QList {Finding {Field::Name, Fault::OutsideDomain}}));
    }

private:
    static Relay goodRelay()
    {
        Relay relay;
        relay.id = QStringLiteral("r");
        relay.endpoint = {QStringLiteral("relay.example.net"), 443};
        relay.domain = QStringLiteral("demo.example.net");
        return relay;
    }
    Kite goodKite() const
    {
        Kite kite;
        kite.id = QStringLiteral("1");
        kite.name = QStringLiteral("photos");
        kite.target.paths = {m_dir.path()};
        return kite;
    }

    QString below(const char *path) const { return m_dir.filePath(QLatin1String(path)); }

    QTemporaryDir m_dir;
};

QTEST_APPLESS_MAIN(TestValidation)
#include "tst_validation.moc"
