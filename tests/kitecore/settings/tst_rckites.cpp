#include <QTest>

#include "kitecore/settings/rckites.h"
#include "tests/support/fakercfiles.h"

using namespace kite;
using namespace kite::settings;

namespace {

const auto home = QStringLiteral("home.rc");

constexpr auto usual = "# mine\n"
                       "kitename   = demo.test\n"
                       "kitesecret = s3cret\n"
                       "\n"
                       "## Relays\n"
                       "frontend=relay.test:443\n"
                       "gibberish without meaning\n"
                       "service_on  = http:@kitename : localhost:80 : @kitesecret\n"
                       "  --backend = raw/22:@kitename:localhost:22:@kitesecret\r\n"
                       "service_on = http,https:b.test:localhost:81:x\n"
                       "service_off = http-8080:demo.test:localhost:8080:\n"
                       "service_cfg = demo.test/80 : password/x : y\n"
                       "service_cfg = demo.test/22 : ip/1.2.3.4 : True\n"
                       "END\n"
                       "service_on = http:never.test\n";

struct Edited
{
    QByteArray text;
    bool done = false;
    EditError error = EditError::Unreadable;
};

Edited edit(const QByteArray &before, KiteEdit what, const char *words, const char *secret = "")
{
    test::FakeRcFiles files;
    files.files[home] = before;
    RcTexts texts(files);
    RcKites kites(texts, {{RcSource::Kind::File, home}}, home);
    const auto parsed
        = parseKiteWords(QString::fromUtf8(words).split(QLatin1Char(' '), Qt::SkipEmptyParts));
    if (!parsed)
        return {};
    const auto outcome = kites.edit(what, *parsed, secret);
    if (!outcome)
        return {texts.document(home).toByteArray(), false, outcome.error().error};
    return {texts.document(home).toByteArray(), true, {}};
}

/// The lines that are only in `after` (`+`) or only in `before` (`-`).
QStringList changes(const QByteArray &before, const QByteArray &after)
{
    const auto old = before.split('\n');
    const auto now = after.split('\n');
    QStringList all;
    for (const auto &line : old) {
        if (!now.contains(line))
            all.append(QLatin1Char('-') + QString::fromUtf8(line));
    }
    for (const auto &line : now) {
        if (!old.contains(line))
            all.append(QLatin1Char('+') + QString::fromUtf8(line));
    }
    return all;
}

} // namespace

class TestRcKites : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void changesOnlyItsLines_data()
    {
        QTest::addColumn<KiteEdit>("what");
        QTest::addColumn<QByteArray>("words");
        QTest::addColumn<QStringList>("changed");

        const auto row = [](const char *name, KiteEdit what, const char *words,
                            std::initializer_list<const char *> changed) {
            QStringList lines;
            for (const char *line : changed)
                lines.append(QString::fromUtf8(line));
            QTest::newRow(name) << what << QByteArray(words) << lines;
        };
        using enum KiteEdit;
        row("disable a name: all it has", Disable, "demo.test",
            {"-service_on  = http:@kitename : localhost:80 : @kitesecret",
             "-  --backend = raw/22:@kitename:localhost:22:@kitesecret\r",
             "+service_off  = http:@kitename : localhost:80 : @kitesecret",
             "+  --define_backend = raw/22:@kitename:localhost:22:@kitesecret\r"});
        row("disable one", Disable, "http://demo.test",
            {"-service_on  = http:@kitename : localhost:80 : @kitesecret",
             "+service_off  = http:@kitename : localhost:80 : @kitesecret"});
        row("disable one by its port, origin or not", Disable, "22 ssh://demo.test",
            {"-  --backend = raw/22:@kitename:localhost:22:@kitesecret\r",
             "+  --define_backend = raw/22:@kitename:localhost:22:@kitesecret\r"});
        row("disable one of two in a line", Disable, "https://b.test",
            {"-service_on = http,https:b.test:localhost:81:x",
             "+service_on = http:b.test:localhost:81:x",
             "+service_off = https:b.test:localhost:81:x"});
        row("disable two in a line", Disable, "b.test",
            {"-service_on = http,https:b.test:localhost:81:x",
             "+service_off = https:b.test:localhost:81:x",
             "+service_off = http:b.test:localhost:81:x"});
        row("disable what is off", Disable, "demo.test:8080", {});
        row("disable two kites", Disable, "ssh://demo.test AND http://b.test",
            {"-  --backend = raw/22:@kitename:localhost:22:@kitesecret\r",
             "-service_on = http,https:b.test:localhost:81:x",
             "+  --define_backend = raw/22:@kitename:localhost:22:@kitesecret\r",
             "+service_on = https:b.test:localhost:81:x",
             "+service_off = http:b.test:localhost:81:x"});
        row("switch on", Add, "demo.test:8080",
            {"-service_off = http-8080:demo.test:localhost:8080:",
             "+service_on = http-8080:demo.test:localhost:8080:"});
        row("what is on stays", Add, "http://demo.test", {});
        row("lead elsewhere", Add, "3000 demo.test",
            {"-service_on  = http:@kitename : localhost:80 : @kitesecret",
             "+service_on  = http:@kitename : localhost:3000 : @kitesecret"});
        row("lead one of two elsewhere", Add, "82 http://b.test",
            {"-service_on = http,https:b.test:localhost:81:x",
             "+service_on = https:b.test:localhost:81:x",
             "+service_on  = http:b.test : localhost:82 : x"});
        row("a new kite of a known name", Add, "99 demo.test:99",
            {"+service_on  = http-99:@kitename : localhost:99 : @kitesecret"});
        row("a new kite of another known name", Add, "22 ssh://b.test",
            {"+service_on  = raw-22:b.test : localhost:22 : x"});
        row("a new name", Add, "80 new.test",
            {"+service_on  = http:new.test : localhost:80 : @kitesecret"});
        row("flags in the place of others", Add, "http://demo.test +insecure +norawheaders",
            {"+service_cfg = demo.test/80 : insecure : True",
             "+service_cfg = demo.test/80 : rawheaders : False"});
        row("a password in the place of another", Add, "http://demo.test +user/z=w +proxyproto",
            {"-service_cfg = demo.test/80 : password/x : y",
             "+service_cfg = demo.test/80 : user/z : w",
             "+service_cfg = demo.test/80 : proxyproto : True"});
        row("flags that are there", Add, "http://demo.test +password/x=y", {});
        row("no flags beside a kite that has some", Add, "3000 websocket://demo.test",
            {"+service_on  = websocket:@kitename : localhost:3000 : @kitesecret"});
        row("the same flags for both", Add,
            "http://demo.test +rawheaders AND 3000 websocket://demo.test +rawheaders",
            {"+service_cfg = demo.test/80 : rawheaders : True",
             "+service_on  = websocket:@kitename : localhost:3000 : @kitesecret"});
        row("an origin keeps flags", Add, "3000 http://demo.test AND ssh://demo.test +ip/5.6.7",
            {"-service_on  = http:@kitename : localhost:80 : @kitesecret",
             "-service_cfg = demo.test/22 : ip/1.2.3.4 : True",
             "+service_on  = http:@kitename : localhost:3000 : @kitesecret",
             "+service_cfg = demo.test/22 : ip/5.6.7 : True"});
        row("remove one and what is set for it", Remove, "ssh://demo.test",
            {"-  --backend = raw/22:@kitename:localhost:22:@kitesecret\r",
             "-service_cfg = demo.test/22 : ip/1.2.3.4 : True"});
        row("remove one of two in a line", Remove, "http://b.test",
            {"-service_on = http,https:b.test:localhost:81:x",
             "+service_on = https:b.test:localhost:81:x"});
        row("remove a name", Remove, "b.test", {"-service_on = http,https:b.test:localhost:81:x"});
        row("only", Only, "demo.test:8080 AND ssh://demo.test",
            {"-service_on  = http:@kitename : localhost:80 : @kitesecret",
             "-service_on = http,https:b.test:localhost:81:x",
             "-service_off = http-8080:demo.test:localhost:8080:",
             "+service_off  = http:@kitename : localhost:80 : @kitesecret",
             "+service_off = https:b.test:localhost:81:x",
             "+service_off = http:b.test:localhost:81:x",
             "+service_on = http-8080:demo.test:localhost:8080:"});
    }
    void changesOnlyItsLines()
    {
        QFETCH(KiteEdit, what);
        QFETCH(QByteArray, words);
        QFETCH(QStringList, changed);
        const auto after = edit(usual, what, words.constData());
        QVERIFY(after.done);
        QCOMPARE(changes(usual, after.text), changed);
        QVERIFY(after.text.endsWith("END\nservice_on = http:never.test\n"));
    }

    void offAndOnAgainIsTheSameFile()
    {
        const auto off = edit(usual, KiteEdit::Disable, "demo.test");
        const auto on = edit(off.text, KiteEdit::Add, "http://demo.test AND ssh://demo.test");
        QCOMPARE(on.text, QByteArray(usual));
    }

    void refuses_data()
    {
        QTest::addColumn<KiteEdit>("what");
        QTest::addColumn<QByteArray>("words");
        QTest::addColumn<QByteArray>("secret");
        QTest::addColumn<EditError>("error");
        QTest::newRow("disable a stranger")
            << KiteEdit::Disable << QByteArray("new.test") << QByteArray() << EditError::NoSuchKite;
        QTest::newRow("remove another protocol")
            << KiteEdit::Remove << QByteArray("irc://demo.test") << QByteArray()
            << EditError::NoSuchKite;
        QTest::newRow("another line in a flag")
            << KiteEdit::Add << QByteArray("demo.test +password/x=y\nrunas=root") << QByteArray()
            << EditError::CannotHold;
        QTest::newRow("a path that would lose blanks") << KiteEdit::Add
                                                       << QByteArray("/srv/a:\xc2\xa0"
                                                                     "b new.test")
                                                       << QByteArray() << EditError::CannotHold;
        QTest::newRow("a secret with a colon") << KiteEdit::Add << QByteArray("new.test")
                                               << QByteArray("s3:cret") << EditError::CannotHold;
        QTest::newRow("a secret that is no UTF-8") << KiteEdit::Add << QByteArray("new.test")
                                                   << QByteArray("s3\xe4") << EditError::CannotHold;
        QTest::newRow("a secret with a line in it")
            << KiteEdit::Add << QByteArray("new.test") << QByteArray("s3\nrunas=root")
            << EditError::CannotHold;
    }
    void refuses()
    {
        QFETCH(KiteEdit, what);
        QFETCH(QByteArray, words);
        QFETCH(QByteArray, secret);
        QFETCH(EditError, error);
        const auto after = edit(usual, what, words.constData(), secret.constData());
        QVERIFY(!after.done);
        QCOMPARE(after.error, error);
        QVERIFY(!after.text.contains("runas"));
    }

    void refusesToDifferInWhatIsThereOnce_data()
    {
        QTest::addColumn<KiteEdit>("what");
        QTest::newRow("3000 websocket://demo.test +rawheaders") << KiteEdit::Add;
        QTest::newRow("3000 websocket://demo.test +insecure") << KiteEdit::Only;
        QTest::newRow("3000 http-80://demo.test +password/z=w") << KiteEdit::Add;
        QTest::newRow(
            "80 n.test +password/u=p AND https://localhost:443 https://n.test +proxyproto")
            << KiteEdit::Only;
        QTest::newRow("80 n.test +password/u=p AND 81 websocket://n.test") << KiteEdit::Add;
        QTest::newRow("80 n.test AND 81 websocket://n.test +insecure") << KiteEdit::Add;
        QTest::newRow("80 n.test +rawheaders AND 80 n.test +insecure") << KiteEdit::Add;
        QTest::newRow("/nowhere/a n.test AND /nowhere/b websocket://n.test") << KiteEdit::Only;
    }
    void refusesToDifferInWhatIsThereOnce()
    {
        QFETCH(KiteEdit, what);
        const auto after = edit(usual, what, QTest::currentDataTag());
        QVERIFY(!after.done);
        QCOMPARE(after.error, EditError::Shared);
        QCOMPARE(after.text, QByteArray(usual));
    }

    void beginsAFile()
    {
        const auto first = edit({}, KiteEdit::Add, "80 demo.test +password/x=y", "s3cret");
        QCOMPARE(first.text,
                 QByteArray("kitename = demo.test\n"
                            "kitesecret = s3cret\n"
                            "service_on  = http:@kitename : localhost:80 : @kitesecret\n"
                            "service_cfg = demo.test/80 : password/x : y\n"));
        const auto second = edit(first.text, KiteEdit::Add, "80 b.test", "not-a-secret");
        QVERIFY(second.text.contains("service_on  = http:b.test : localhost:80 : not-a-secret\n"));
    }

    void sharesHaveTheirPathsBeside()
    {
        const auto added = edit(usual, KiteEdit::Add, "/nowhere/a /nowhere/b demo.test +indexes");
        QVERIFY(added.done);
        const QStringList expected
            = {QStringLiteral("-service_on  = http:@kitename : localhost:80 : @kitesecret"),
               QStringLiteral("+service_on  = http:@kitename : localhost:builtin : @kitesecret"),
               QStringLiteral("+service_cfg = demo.test/80 : indexes : True"),
               QStringLiteral("+webpath = demo.test/80:/a:default:/nowhere/a"),
               QStringLiteral("+webpath = demo.test/80:/b:default:/nowhere/b")};
        QCOMPARE(changes(usual, added.text), expected);
        QVERIFY(!edit(added.text, KiteEdit::Add, "80 demo.test").text.contains("webpath"));
        QVERIFY(!edit(added.text, KiteEdit::Remove, "demo.test").text.contains("webpath"));
        QCOMPARE(edit(added.text, KiteEdit::Add, "/nowhere/a /nowhere/b demo.test").text,
                 added.text);
    }

    void sharesOfOddNamesComeBack()
    {
        const auto words = "/nowhere/12:30 /nowhere/50% demo.test +indexes";
        const auto added = edit(usual, KiteEdit::Add, words);
        QVERIFY(added.done);
        QVERIFY(added.text.contains("webpath = demo.test/80:/12%3A30:default:/nowhere/12:30\n"));
        QVERIFY(added.text.contains("webpath = demo.test/80:/50%25:default:/nowhere/50%\n"));
        QCOMPARE(edit(added.text, KiteEdit::Add, words).text, added.text);
    }

    void nobodyLeadsToTwoPlaces_data()
    {
        QTest::addColumn<bool>("done");
        QTest::newRow("/nowhere/a demo.test AND /nowhere/b demo.test") << false;
        QTest::newRow("80 demo.test AND /nowhere/b demo.test") << false;
        QTest::newRow("80 demo.test AND 81 demo.test") << false;
        QTest::newRow("80 demo.test AND 80 demo.test +rawheaders") << true;
        QTest::newRow("80 demo.test AND 81 ssh://demo.test") << true;
    }
    void nobodyLeadsToTwoPlaces()
    {
        QFETCH(bool, done);
        const auto added = edit(usual, KiteEdit::Add, QTest::currentDataTag());
        QCOMPARE(added.done, done);
        QVERIFY(done || added.error == EditError::Twice);
    }

    void whoHasNoPathsTakesNobodysAway()
    {
        const auto both = edit({}, KiteEdit::Add,
                               "/nowhere/a http://d.test AND 3000 websocket://d.test", "s3cret");
        QVERIFY(both.done);
        QVERIFY(both.text.contains("webpath = d.test/80:/a:default:/nowhere/a\n"));
        QCOMPARE(edit(both.text, KiteEdit::Add,
                      "/nowhere/a http://d.test AND 3000 websocket://d.test", "s3cret")
                     .text,
                 both.text);
        const auto port = edit(both.text, KiteEdit::Add, "80 http://d.test");
        QVERIFY(!port.text.contains("webpath"));
    }

    void writesNewSecrets()
    {
        const auto secretOf = [](const char *words, const char *secret) {
            const auto after = edit(usual, KiteEdit::Add, words, secret);
            return changes(usual, after.text);
        };
        QCOMPARE(secretOf("demo.test:8080", "n3w"),
                 (QStringList {QStringLiteral("-service_off = http-8080:demo.test:localhost:8080:"),
                               QStringLiteral("+service_on  = http-8080:demo.test : "
                                              "localhost:8080 : n3w")}));
        QCOMPARE(secretOf("http://b.test", "n3w"),
                 (QStringList {QStringLiteral("-service_on = http,https:b.test:localhost:81:x"),
                               QStringLiteral("+service_on = https:b.test:localhost:81:x"),
                               QStringLiteral("+service_on  = http:b.test : localhost:81 : n3w")}));
        QCOMPARE(secretOf("http://demo.test AND 22 ssh://demo.test", "s3cret"), QStringList {});
    }

    void aSecretWithoutValueIsNone()
    {
        const auto after
            = edit("kitename=a.test\nkitesecret\n", KiteEdit::Add, "80 a.test", "kitesecret");
        QVERIFY(after.text.contains("kitesecret = kitesecret\n"));
    }

    void keepsTheBytesOfSecrets_data()
    {
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<QByteArray>("after");
        const auto row = [](const char *words, const char *before, const char *after) {
            QTest::newRow(words) << QByteArray(before) << QByteArray(after);
        };
        row("3000 a.test",
            "kitename = a.test\nservice_on = http:@kitename:localhost:80: s\xe4 cret \n",
            "kitename = a.test\nservice_on  = http:@kitename : localhost:3000 : s\xe4 cret\n");
        row("3000 https://a.test", "service_on=http,https:a.test:[::1]:80:\xe4\n",
            "service_on=http:a.test:[::1]:80:\xe4\n"
            "service_on  = https:a.test : localhost:3000 : \xe4\n");
        row("22 ssh://a.test", "service_on=http:a.test:localhost:80:\xe4\n",
            "service_on=http:a.test:localhost:80:\xe4\n"
            "service_on  = raw-22:a.test : localhost:22 : \xe4\n");
        row("81 a.test", "service_on = http:a.test : [::1] : 80\n",
            "service_on  = http:a.test : localhost:81 :\n");
        row("82 a.test", "service_on=http:a.test:[::1:80:s\nservice_on=http:a.test:h:80:s\n",
            "service_on=http:a.test:[::1:80:s\nservice_on  = http:a.test : localhost:82 : s\n");
    }
    void keepsTheBytesOfSecrets()
    {
        QFETCH(QByteArray, before);
        QFETCH(QByteArray, after);
        const auto edited = edit(before, KiteEdit::Add, QTest::currentDataTag());
        QVERIFY(edited.done);
        QCOMPARE(edited.text, after);
    }

    void findsTheFileOfAKite()
    {
        test::FakeRcFiles files;
        files.files[QStringLiteral("d/10_account.rc")]
            = "optfile = secrets\nservice_off = http:@kitename\n";
        files.files[QStringLiteral("secrets")] = "kitename = a.test\nkitesecret = s3cret\n";
        files.files[QStringLiteral("d/90_more.rc")]
            = "service_on = raw/22:@kitename:localhost:22\n";
        RcTexts texts(files);
        RcKites kites(texts, {{RcSource::Kind::Folder, QStringLiteral("d")}},
                      QStringLiteral("d/80_kite.rc"));
        QCOMPARE(kites.kites().size(), 2);
        QCOMPARE(kites.kiteName(), QStringLiteral("a.test"));
        const auto words = parseKiteWords({QStringLiteral("http://a.test"), QStringLiteral("AND"),
                                           QStringLiteral("99"), QStringLiteral("b.test"),
                                           QStringLiteral("+ip/1.2.3.4")});
        QVERIFY(words);
        QVERIFY(kites.edit(KiteEdit::Add, *words, {}));
        QCOMPARE(kites.kites().size(), 3);
        const auto changed = texts.changed();
        QCOMPARE(changed.size(), 2);
        QCOMPARE(changed[0].first, QStringLiteral("d/10_account.rc"));
        QCOMPARE(changed[0].second, QByteArray("optfile = secrets\nservice_on = http:@kitename\n"));
        QCOMPARE(changed[1].first, QStringLiteral("d/80_kite.rc"));
        QCOMPARE(changed[1].second,
                 QByteArray("service_on  = http:b.test : localhost:99 : @kitesecret\n"
                            "service_cfg = b.test/80 : ip/1.2.3.4 : True\n"));
    }
};

QTEST_APPLESS_MAIN(TestRcKites)
#include "tst_rckites.moc"
