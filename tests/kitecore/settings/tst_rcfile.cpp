#include <QTest>

#include "kitecore/settings/rcfile.h"
#include "tests/support/fakercfiles.h"

using namespace kite;
using namespace kite::settings;

namespace {

const auto rc = QStringLiteral("test.rc");

QStringList namesOf(const QList<RcLine> &lines)
{
    QStringList names;
    for (const RcLine &line : lines)
        names.append(line.name);
    return names;
}

} // namespace

class TestRcFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsLine_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("value");

        const auto row = [](const char *text, const char *name, const char *value) {
            QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(name)
                                << QString::fromUtf8(value);
        };
        row("ports=8080", "ports", "8080");
        row("  ports  =  8080  ", "ports", "8080");
        row("--ports=8080", "ports", "8080");
        row("isfrontend", "isfrontend", "");
        row("service_on  = http:@kitename : localhost : 80 : @kitesecret", "service_on",
            "http:@kitename:localhost:80:@kitesecret");
        row("kitesecret = a = b : c", "kitesecret", "a=b:c");
        row("kitesecret = a \t=\t b", "kitesecret", "a=b");
        row("motd = two words", "motd", "two words");
        row("motd = no # comment", "motd", "no # comment");
        row("fe_certname=", "fe_certname", "");
    }
    void readsLine()
    {
        QFETCH(QString, text);
        QFETCH(QString, name);
        QFETCH(QString, value);
        const auto lines = parseRc(text, rc);
        QCOMPARE(lines.size(), 1);
        QCOMPARE(lines.first().name, name);
        QCOMPARE(lines.first().value, value);
    }

    void tellsOptionsWithoutValueFromEmptyOnes()
    {
        QVERIFY(parseRc(u"isfrontend", rc).first().value.isNull());
        QVERIFY(!parseRc(u"fe_certname =", rc).first().value.isNull());
    }

    void skipsAndEnds()
    {
        const auto lines
            = parseRc(u"# one\r\n\r\n  # two\nports = 1\r\nhost=a\nEND of it\nports = 2\n", rc);
        QCOMPARE(namesOf(lines), (QStringList {QStringLiteral("ports"), QStringLiteral("host")}));
        QCOMPARE(lines.first().line, 4);
        QCOMPARE(lines.first().file, rc);
        QCOMPARE(lines.first().value, QStringLiteral("1"));
    }

    void putsNestedFilesInPlace()
    {
        test::FakeRcFiles files;
        files.files = {
            {QStringLiteral("a"), "clean\noptfile = b\nports=1\nEND\n"},
            {QStringLiteral("b"), "host = h\noptdir = d\n"},
            {QStringLiteral("d/1.rc"), "domain=x\nEND\nnever"},
            {QStringLiteral("d/2.rc"), "protos=http"},
        };
        const auto lines = loadRc(files, QStringLiteral("a"));
        QVERIFY(lines);
        QCOMPARE(namesOf(*lines).join(QLatin1Char(' ')),
                 QStringLiteral("clean host domain protos ports"));
        const auto folder = loadRcFolder(files, QStringLiteral("d"));
        QVERIFY(folder);
        QCOMPARE(namesOf(*folder).join(QLatin1Char(' ')), QStringLiteral("domain protos"));
    }

    void nests25DeepAndNoDeeper()
    {
        test::FakeRcFiles files;
        for (int n = 1; n < 25; ++n)
            files.files[QString::number(n)] = "optfile=" + QByteArray::number(n + 1);
        files.files[QStringLiteral("25")] = "ports=1";
        QVERIFY(loadRc(files, QStringLiteral("1")));

        files.files[QStringLiteral("0")] = "optfile=1";
        const auto deeper = loadRc(files, QStringLiteral("0"));
        QVERIFY(!deeper);
        QCOMPARE(deeper.error().error, RcError::TooDeep);
    }

    void endsOnFilesThatIncludeThemselves()
    {
        test::FakeRcFiles files;
        files.files[QStringLiteral("a")] = "optfile=a\noptfile=a\n";
        QVERIFY(!loadRc(files, QStringLiteral("a")));
        files.files[QStringLiteral("wide")] = QByteArray("optfile=leaf\n").repeated(2 * maxRcFiles);
        files.files[QStringLiteral("leaf")] = "ports=1";
        QVERIFY(!loadRc(files, QStringLiteral("wide")));
        QVERIFY(files.reads <= 2 * maxRcFiles);
    }

    void tellsWhichFileIsMissing()
    {
        test::FakeRcFiles files;
        files.files[QStringLiteral("a")] = "optfile=b";
        const auto lines = loadRc(files, QStringLiteral("a"));
        QVERIFY(!lines);
        QCOMPARE(lines.error().error, RcError::Unreadable);
        QCOMPARE(lines.error().file, QStringLiteral("b"));
        QVERIFY(!loadRcFolder(files, QStringLiteral("nowhere")));
    }
};

QTEST_APPLESS_MAIN(TestRcFile)
#include "tst_rcfile.moc"
