#include <QTest>

#include "kitecore/tls/certificatename.h"
#include "tests/support/vectors.h"

using namespace kite;
using namespace kite::test;

class TestCertificateName : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void accepts_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArrayList>("accepted");
        QTest::addColumn<bool>("fits");

        const auto vectors = readVectors(QStringLiteral(KITE_TEST_DATA "/certnames.json"));
        for (const auto &value : vectors.array()) {
            const auto v = value.toObject();
            QByteArrayList accepted;
            for (const auto &entry : v[u"accept"].toArray())
                accepted += fromText(entry);
            const bool upper
                = accepted.first() != accepted.first().toLower() && !accepted.first().contains('/');
            // The reference lower-cases its list when it reads options, not here; we do it here.
            QTest::addRow("%s: %s%s", qPrintable(v[u"cert"].toString()),
                          accepted.join(' ').constData(), upper ? " (any case)" : "")
                << fromText(v[u"cert"]) << accepted << (upper || v[u"score"].toInt() > 0);
        }
        const auto row = [](const char *name, const char *accepted, bool fits) {
            QTest::addRow("%s: %s", name, accepted)
                << QByteArray(name) << QByteArray(accepted).split(' ') << fits;
        };
        row("RELAY.test", "relay.test", true);
        row("relay.test", "other.test relay.test", true);
        row("relay.test", "a.relay.test", false);
        row("a.relay.test", "relay.test", false);
        row("*.b5p.us", "a.b.b5p.us", true);
        row("*.b5p.us", "xb5p.us", false);
        row("*.b5p.us", "us", false);
        row("*", "relay.test", false);
        row("*.", "relay.test", false);
        row("a*.test", "ab.test", false);
        row("", "", false);
        row("x.test", "X.TEST/aa:bb", true);
        row("*.test", "x.test/AABB", true);
        row("*.test", "x.test/AABC", false);
        row("y.test", "x.test/AABB", false);
        row("x.test", "x.test/", false);
    }

    void accepts()
    {
        QFETCH(QByteArray, name);
        QFETCH(QByteArrayList, accepted);
        QFETCH(bool, fits);
        QCOMPARE(tls::isAcceptedName(name, "aabb", accepted), fits);
    }

    void readsFingerprints() { QCOMPARE(tls::plainFingerprint(" AA:bb:0C "), "aabb0c"); }
};

QTEST_APPLESS_MAIN(TestCertificateName)
#include "tst_certificatename.moc"
