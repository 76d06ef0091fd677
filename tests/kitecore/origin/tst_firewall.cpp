#include <QTest>

#include "kitecore/origin/firewall.h"
#include "tests/support/vectors.h"

using kite::origin::isSuspicious;

class TestFirewall : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// What PageKite's own connector decides.
    void vectors()
    {
        const auto rows = kite::test::readVectors(QStringLiteral(KITE_TEST_DATA "/filters.json"));
        const auto cases = rows[QStringLiteral("firewall")].toArray();
        QVERIFY(cases.size() > 40);
        for (const auto &row : cases) {
            const auto method = kite::test::fromText(row[QStringLiteral("method")]);
            const auto path = kite::test::fromText(row[QStringLiteral("path")]);
            QVERIFY2(isSuspicious(method, path) == row[QStringLiteral("blocked")].toBool(),
                     (method + ' ' + path).constData());
        }
    }

    void decides_data()
    {
        QTest::addColumn<bool>("blocked");
        const auto row
            = [](const char *request, bool blocked) { QTest::newRow(request) << blocked; };
        row("GET *", false);
        row("OPTIONS *", false);
        row("get /ADMIN/", true);
        row("GET ///adm", true);
        row("GET /a/wp-admin/", true);
        row("GET /wp-admin", false);
        row("GET /wp-admin/admin-ajax.php", true);
        row("GET /wp-admin/admin-ajaxx", false);
        row("GET /phpsqladm", false);
        row("GET /sqlmysqlmanager", true);
        row("GET /academy/", false);
        row("GET /x/admin/index.php", false);
        row("GET /x/install/index.php", false);
        row("GET /?q=admin.php", false);
        row("GET /a?b=/install.php", true);
        row("GET /x..y/", false);
        row("GET http://k.test/adm", true);
        row("GET http://k.test/a", false);
        row("GET http://adm", false);
        row("GET http://k.test?x=/adm", false);
        row("GET http://k.test?b=/install.php", true);
        row("GET /%61dmin/", true);
        row("GET /a/%2e%2E/b", true);
        row("GET /a%2f../b", true);
        row("GET /a/..%5cb", true);
        row("GET /a\\..\\b", true);
        row("GET /wp%2Dconfig.php", true);
        row("GET /a?next=%2Fadmin.php", false);
        row("GET /100%", false);
        row("GET /100%zz", false);
    }

    void decides()
    {
        QFETCH(bool, blocked);
        const auto words = QByteArray(QTest::currentDataTag()).split(' ');
        QCOMPARE(isSuspicious(words[0], words[1]), blocked);
    }
};

QTEST_APPLESS_MAIN(TestFirewall)
#include "tst_firewall.moc"
