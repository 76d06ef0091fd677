#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include "kitecore/settings/kitespec.h"

using namespace kite;
using namespace kite::settings;

namespace {

const SpecDefaults preset {QStringLiteral("me.pagekite.me"), "not-a-secret"};

QJsonObject vectors()
{
    QFile file(QStringLiteral(KITE_TEST_DATA "/kite_specs.json"));
    if (!file.open(QIODevice::ReadOnly))
        qFatal("no vectors");
    return QJsonDocument::fromJson(file.readAll()).object();
}

/// A kite in the words of the vectors.
QJsonObject inWords(const KiteSpec &kite, const QByteArray &secretIfNone)
{
    const auto secret = kite.secret.isEmpty() ? secretIfNone : kite.secret;
    return {
        {QStringLiteral("id"), QString::fromUtf8(kite.id.toByteArray())},
        {QStringLiteral("proto"), QString::fromUtf8(kite.id.protocol)},
        {QStringLiteral("port"),
         kite.id.port == 0 ? QJsonValue(QString()) : QJsonValue(kite.id.port)},
        {QStringLiteral("domain"), QString::fromUtf8(kite.id.domain)},
        {QStringLiteral("host"), kite.target.endpoint.host},
        {QStringLiteral("hostport"), kite.target.endpoint.port},
        {QStringLiteral("secret"),
         secret.isEmpty() ? QJsonValue() : QJsonValue(QString::fromUtf8(secret))},
    };
}

QJsonArray inWords(const QList<KiteSpec> &kites, const QByteArray &secretIfNone)
{
    QJsonArray words;
    for (const KiteSpec &kite : kites)
        words.append(inWords(kite, secretIfNone));
    return words;
}

/// Flags as PageKite keeps them: by domain and port.
QJsonObject flagsInWords(const QList<KiteSpec> &kites)
{
    QJsonObject all;
    for (const KiteSpec &kite : kites) {
        QJsonObject flags;
        for (const KiteFlag &flag : kite.flags) {
            const bool truth = flag.value == u"true" || flag.value == u"false";
            flags.insert(flag.key,
                         truth ? QJsonValue(flag.value == u"true") : QJsonValue(flag.value));
        }
        const int port = kite.id.port == 0 ? 80 : kite.id.port;
        if (!flags.isEmpty())
            all.insert(QString::fromUtf8(kite.id.domain) + QLatin1Char('/') + QString::number(port),
                       flags);
    }
    return all;
}

QStringList wordsOf(const char *line)
{
    return QString::fromUtf8(line).split(QLatin1Char(' '));
}

} // namespace

class TestKiteSpec : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void explicitFormAsPageKite_data();
    void explicitFormAsPageKite();
    void friendlyFormAsPageKite_data();
    void friendlyFormAsPageKite();
    void explicitForm_data();
    void explicitForm();
    void friendlyForm_data();
    void friendlyForm();
    void friendlyPaths();
    void refusesExplicit_data();
    void refusesExplicit();
    void refusesFriendly_data();
    void refusesFriendly();
    void failureNeverTellsSecrets();
};

void TestKiteSpec::explicitFormAsPageKite_data()
{
    QTest::addColumn<QString>("spec");
    QTest::addColumn<QJsonArray>("kites");
    const auto rows = vectors()[QStringLiteral("service_on")].toArray();
    for (const auto &row : rows) {
        const auto spec = row[QStringLiteral("arg")].toString();
        QTest::newRow(qPrintable(spec)) << spec << row[QStringLiteral("result")].toArray();
    }
}

void TestKiteSpec::explicitFormAsPageKite()
{
    QFETCH(QString, spec);
    QFETCH(QJsonArray, kites);
    const auto parsed = parseServiceSpec(spec, preset);
    QCOMPARE(parsed.has_value(), !kites.isEmpty());
    if (parsed)
        QCOMPARE(inWords(*parsed, {}), kites);
}

void TestKiteSpec::friendlyFormAsPageKite_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QJsonArray>("kites");
    QTest::addColumn<QJsonObject>("flags");
    const auto rows = vectors()[QStringLiteral("friendly")].toArray();
    for (const auto &row : rows) {
        QStringList words;
        for (const auto &word : row[QStringLiteral("args")].toArray())
            words.append(word.toString());
        QTest::newRow(qPrintable(words.join(QLatin1Char(' '))))
            << words << row[QStringLiteral("result")].toArray()
            << row[QStringLiteral("config")].toObject();
    }
}

void TestKiteSpec::friendlyFormAsPageKite()
{
    QFETCH(QStringList, words);
    QFETCH(QJsonArray, kites);
    QFETCH(QJsonObject, flags);
    const auto parsed = parseFriendlyWords(words);
    QVERIFY(parsed);
    QCOMPARE(inWords(*parsed, preset.kiteSecret), kites);
    QCOMPARE(flagsInWords(*parsed), flags);
}

void TestKiteSpec::explicitForm_data()
{
    QTest::addColumn<QString>("spec");
    QTest::addColumn<QString>("id");
    QTest::addColumn<Endpoint>("origin");

    const auto row = [](const char *spec, const char *id, const char *host, quint16 port) {
        QTest::newRow(spec) << QString::fromUtf8(spec) << QString::fromUtf8(id)
                            << Endpoint {QString::fromUtf8(host), port};
    };
    row("http:a.test:[2001:db8::1]:8080:s3cret", "http:a.test", "2001:db8::1", 8080);
    row("http:a.test:[::1]:8080", "http:a.test", "::1", 8080);
    row("raw-2222:a.test:localhost:", "raw-2222:a.test", "localhost", 2222);
    row("ssh-2222:a.test:localhost:22:s3cret", "raw-2222:a.test", "localhost", 22);
    row("https-8443:a.test:localhost:8443", "https-8443:a.test", "localhost", 8443);
    row("raw:a.test", "raw:a.test", "localhost", 0);
    row("*.a.test:8080", "http:*.a.test", "localhost", 8080);
    row("http:unknown:localhost:80:s3cret", "http:unknown", "localhost", 80);
    row("http:@kitename:LOCALHOST:80:@kitesecret", "http:me.pagekite.me", "localhost", 80);
    row("ftp:a.test:localhost:21", "ftp:a.test", "localhost", 21);
}

void TestKiteSpec::explicitForm()
{
    QFETCH(QString, spec);
    QFETCH(QString, id);
    QFETCH(Endpoint, origin);
    const auto parsed = parseServiceSpec(spec, preset);
    QVERIFY(parsed);
    QCOMPARE(parsed->size(), 1);
    QCOMPARE(QString::fromUtf8(parsed->first().id.toByteArray()), id);
    QCOMPARE(parsed->first().target.kind, Target::Kind::Port);
    QCOMPARE(parsed->first().target.endpoint, origin);
}

void TestKiteSpec::friendlyForm_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QStringList>("kites"); // id=host:port

    const auto row = [](const char *words, const char *kites) {
        QTest::newRow(words) << wordsOf(words) << wordsOf(kites);
    };
    row("ssh me.test", "raw-22:me.test=localhost:22");
    row("ssh://me.test", "raw-22:me.test=localhost:22");
    row("ssh:localhost:2200 me.test", "raw-22:me.test=localhost:2200");
    row("80 me.test:8080", "http-8080:me.test=localhost:80");
    row("5900 raw://me.test:5900", "raw-5900:me.test=localhost:5900");
    row("[::1]:3000 me.test", "http:me.test=[::1]:3000");
    row("http://10.0.0.7 me.test/", "http:me.test=10.0.0.7:80");
    row("https me.test", "https:me.test=localhost:443");
    row("8443 https://me.test", "https:me.test=localhost:8443");
    row("3000 a.test AND ssh://a.test AND 10.0.0.7:81 b.test",
        "http:a.test=localhost:3000 raw-22:a.test=localhost:22 http:b.test=10.0.0.7:81");
    row("ME.Test", "http:me.test=localhost:80");
}

void TestKiteSpec::friendlyForm()
{
    QFETCH(QStringList, words);
    QFETCH(QStringList, kites);
    const auto parsed = parseFriendlyWords(words);
    QVERIFY(parsed);
    QStringList got;
    for (const KiteSpec &kite : *parsed)
        got.append(QString::fromUtf8(kite.id.toByteArray()) + QLatin1Char('=')
                   + kite.target.endpoint.toString());
    QCOMPARE(got, kites);
}

void TestKiteSpec::friendlyPaths()
{
    const auto parsed = parseFriendlyWords(
        wordsOf("/srv/site site.test +indexes AND a.html ../b.html pages.test AND public demo"));
    QVERIFY(parsed);
    QCOMPARE(parsed->size(), 3);
    QCOMPARE(parsed->at(0).target.kind, Target::Kind::Share);
    QCOMPARE(parsed->at(0).target.paths, QStringList {QStringLiteral("/srv/site")});
    QCOMPARE(parsed->at(0).flags,
             (QList<KiteFlag> {{QStringLiteral("indexes"), QStringLiteral("true")}}));
    QCOMPARE(parsed->at(1).target.paths, wordsOf("a.html ../b.html"));
    QVERIFY(parsed->at(1).flags.isEmpty());
    QCOMPARE(parsed->at(2).target.paths, wordsOf("public"));
    QCOMPARE(parsed->at(2).id.toByteArray(), QByteArray("http:demo"));
}

void TestKiteSpec::refusesExplicit_data()
{
    QTest::addColumn<QString>("spec");
    QTest::addColumn<SpecError>("error");

    QTest::newRow("nothing") << QString() << SpecError::Empty;
    QTest::newRow("six fields") << QStringLiteral("a:b:c:d:e:f") << SpecError::TooManyFields;
    QTest::newRow("markup in the name") << QStringLiteral("http:<b>:80") << SpecError::BadName;
    QTest::newRow("no kitename") << QStringLiteral("http:@kitename2:80") << SpecError::BadName;
    QTest::newRow("protocol with blank")
        << QStringLiteral("ht tp:a.test:80") << SpecError::BadProtocol;
    QTest::newRow("no protocol") << QStringLiteral(":a.test:80") << SpecError::BadProtocol;
    QTest::newRow("public port 0") << QStringLiteral("http-0:a.test:80") << SpecError::BadPort;
    QTest::newRow("public port too high")
        << QStringLiteral("http-65536:a.test:80") << SpecError::BadPort;
    QTest::newRow("origin port") << QStringLiteral("http:a.test:eighty") << SpecError::BadPort;
    QTest::newRow("origin with blank")
        << QStringLiteral("http:a.test:my host:80") << SpecError::BadOrigin;
    QTest::newRow("open bracket") << QStringLiteral("http:a.test:[::1:80")
                                  << SpecError::TooManyFields;
}

void TestKiteSpec::refusesExplicit()
{
    QFETCH(QString, spec);
    QFETCH(SpecError, error);
    const auto parsed = parseServiceSpec(spec, {});
    QVERIFY(!parsed);
    QCOMPARE(parsed.error().error, error);
}

void TestKiteSpec::refusesFriendly_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<SpecError>("error");

    QTest::newRow("nothing") << QStringList {} << SpecError::Empty;
    QTest::newRow("nothing after AND") << wordsOf("80 a.test AND") << SpecError::Empty;
    QTest::newRow("two ports") << wordsOf("80 81 a.test") << SpecError::TooManyWords;
    QTest::newRow("public port") << wordsOf("80 a.test:99999") << SpecError::BadPort;
    QTest::newRow("name") << wordsOf("80 a..test") << SpecError::BadName;
    QTest::newRow("name is a path") << wordsOf("80 /srv") << SpecError::BadName;
    QTest::newRow("origin port") << wordsOf("localhost:70000 a.test") << SpecError::BadPort;
    QTest::newRow("flag with colon") << wordsOf("80 a.test +a:b=c") << SpecError::BadFlag;
    QTest::newRow("lonely plus") << wordsOf("80 a.test +") << SpecError::BadFlag;
    QTest::newRow("flag first") << wordsOf("+indexes 80 a.test") << SpecError::StrayFlag;
}

void TestKiteSpec::refusesFriendly()
{
    QFETCH(QStringList, words);
    QFETCH(SpecError, error);
    const auto parsed = parseFriendlyWords(words);
    QVERIFY(!parsed);
    QCOMPARE(parsed.error().error, error);
}

void TestKiteSpec::failureNeverTellsSecrets()
{
    for (const auto *spec : {"http:a.test:localhost:s3cret", "http:a.test:s3cret",
                             "http:a.test:localhost:80:s3cret:x", "http:a.test:s3cret word:80"}) {
        const auto parsed = parseServiceSpec(QString::fromUtf8(spec), {});
        QVERIFY2(!parsed, spec);
        QVERIFY2(!parsed.error().text.contains(u"s3cret"), spec);
    }
    for (const auto *words : {"3000 a.test:s3cret", "3000 http:a.test:localhost:3000:s3cret"}) {
        const auto parsed = parseFriendlyWords(wordsOf(words));
        QVERIFY2(!parsed, words);
        QVERIFY2(!parsed.error().text.contains(u"s3cret"), words);
    }
}

QTEST_APPLESS_MAIN(TestKiteSpec)
#include "tst_kitespec.moc"
