#include <vector>

#include <QTest>

#include "app/cli/argvwipe.h"

using namespace kite;
using namespace kite::cli;

class TestArgvWipe : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void wipes_data()
    {
        QTest::addColumn<QByteArrayList>("words");
        QTest::addColumn<QByteArrayList>("left");

        const auto row = [](const char *name, const QByteArrayList &words,
                            const QByteArrayList &left) { QTest::newRow(name) << words << left; };
        row("kitesecret", {"--kitesecret=s3cret"}, {"--kitesecret=******"});
        row("the next word", {"--kitesecret", "s3cret", "a.test"},
            {"--kitesecret", "******", "a.test"});
        row("kite in full", {"--service_on=http:a.test:localhost:80:s3cret"},
            {"--service_on=http:a.test:localhost:80:******"});
        row("its other name, next word", {"--backend", "http:a.test:localhost:80:s3cret"},
            {"--backend", "http:a.test:localhost:80:******"});
        row("IPv6 origin", {"--service_on=http:a:[::1]:80:s3cret"},
            {"--service_on=http:a:[::************"});
        row("kite without secret", {"--service_on=http:a.test:80"},
            {"--service_on=http:a.test:80"});
        row("secret with a colon", {"--kitesecret=s3:ret"}, {"--kitesecret=******"});
        row("dashes for underscores", {"--service-on=http:a:b:1:s3cret"},
            {"--service-on=http:a:b:1:******"});
        row("domain", {"--domain=http,raw:*.test:s3cret"}, {"--domain=http,raw:*.test:******"});
        row("setting of a kite", {"--service_cfg=a.test/80:password/bob:s3cret"},
            {"--service_cfg=a.test/80:password/bob:******"});
        row("flag of a kite", {"80", "a.test", "+password/bob=s3cret"},
            {"80", "a.test", "+password/bob=******"});
        row("not acted on", {"--proxy=http://me:s3cret@host:1"},
            {"--proxy=***********************"});
        row("letter", {"-X", "s3cret"}, {"-X", "******"});
        row("letter with its value", {"-Xs3cret"}, {"-X******"});
        row("joined letters", {"-fXs3cret"}, {"-fX******"});
        row("mistyped option", {"--kitesecrte=s3cret"}, {"--kitesecrte=******"});
        row("public ones", {"--frontend=a.test:443", "-p", "8080", "--json", "3000", "a.test"},
            {"--frontend=a.test:443", "-p", "8080", "--json", "3000", "a.test"});
        row("empty value", {"--kitesecret=", ""}, {"--kitesecret=", ""});
        row("nothing", {}, {});
    }
    void wipes()
    {
        QFETCH(QByteArrayList, words);
        QFETCH(QByteArrayList, left);
        QByteArrayList memory = QByteArrayList {"kite"} + words;
        std::vector<char *> argv;
        for (auto &word : memory)
            argv.push_back(word.data());

        const QStringList taken = takeWords(argv);

        QCOMPARE(memory.sliced(1), left);
        QCOMPARE(taken.size(), words.size());
        for (qsizetype n = 0; n < words.size(); ++n)
            QCOMPARE(taken[n].toUtf8(), words[n]);
    }

    void takesFromTheEnvironmentOnce()
    {
        qputenv("KITE_TEST_SECRET", "s3cret");
        QCOMPARE(takeEnvironment("KITE_TEST_SECRET").reveal().toByteArray(), QByteArray("s3cret"));
        QVERIFY(!qEnvironmentVariableIsSet("KITE_TEST_SECRET"));
        QVERIFY(takeEnvironment("KITE_TEST_SECRET").isEmpty());
    }
};

QTEST_APPLESS_MAIN(TestArgvWipe)
#include "tst_argvwipe.moc"
