#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include "kitecore/settings/settingsfile.h"

using namespace kite::settings;

class TestSettingsFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        QVERIFY(m_dir->isValid());
    }

    void aMissingFileIsDefaults()
    {
        SettingsFile file(path());
        const auto loaded = file.load();
        QVERIFY(loaded);
        QCOMPARE(*loaded, Settings {});
        QVERIFY(!QFile::exists(path()));
    }

    void comesBackAsItWas()
    {
        const Settings settings = full();
        QVERIFY(SettingsFile(path()).save(settings));
        const auto loaded = SettingsFile(path()).load();
        QVERIFY(loaded);
        QCOMPARE(*loaded, settings);
    }

    void isForTheOwnerAlone()
    {
        const QString deep = m_dir->filePath(QStringLiteral("a/b/settings.json"));
        QVERIFY(SettingsFile(deep).save(full()));
        const auto others = QFileDevice::ReadGroup | QFileDevice::WriteGroup
            | QFileDevice::ReadOther | QFileDevice::WriteOther;
        QVERIFY(!(QFile::permissions(deep) & others));
        QVERIFY(QFile::setPermissions(deep, QFile::permissions(deep) | others));
        QVERIFY(SettingsFile(deep).save(full()));
        QVERIFY(!(QFile::permissions(deep) & others));
    }

    void keepsWhatItDoesNotKnow()
    {
        write(R"({"version":1,"theme":{"a":[1,2]},"preferences":{"colour":"red","lan":true},
            "relays":[{"id":"r1","host":"a","port":1,"mood":"good"},{"id":"r2","tls":"quantum","x":1}],
            "kites":[{"id":"k1","name":"a","note":"n","target":{"kind":"share","paths":["/p"],"sort":3}},
                     {"id":"k2","name":"b","target":{"kind":"telepathy","to":"m"}},
                     {"id":"k3","name":"c"}]})");
        SettingsFile file(path());
        auto loaded = file.load();
        QVERIFY(loaded);
        Settings settings = std::move(loaded).value();
        QCOMPARE(settings.relays.size(), 1); // r2 speaks a word of the future
        QCOMPARE(settings.kites.size(), 2);
        settings.kites[0].name = QStringLiteral("changed");
        settings.kites.removeLast(); // the user stops k3
        QVERIFY(file.save(settings));
        QVERIFY(file.save(settings)); // and again: nothing gets lost or doubled on the way

        const QJsonObject root = read();
        QCOMPARE(root[u"theme"][u"a"].toArray().size(), 2);
        QCOMPARE(root[u"preferences"][u"colour"].toString(), QStringLiteral("red"));
        const auto relays = root[u"relays"].toArray();
        QCOMPARE(relays.size(), 2);
        QCOMPARE(byId(relays, "r1")[u"mood"].toString(), QStringLiteral("good"));
        QCOMPARE(byId(relays, "r2")[u"x"].toInt(), 1);
        const auto kites = root[u"kites"].toArray();
        QCOMPARE(kites.size(), 2);
        QCOMPARE(byId(kites, "k1")[u"name"].toString(), QStringLiteral("changed"));
        QCOMPARE(byId(kites, "k1")[u"note"].toString(), QStringLiteral("n"));
        QCOMPARE(byId(kites, "k1")[u"target"][u"sort"].toInt(), 3);
        QCOMPARE(byId(kites, "k2")[u"target"][u"to"].toString(), QStringLiteral("m"));
    }

    void brokenFilesAreKeptAsACopy_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QByteArray>("blamed");
        QTest::newRow("empty") << QByteArray("") << QByteArray("");
        QTest::newRow("half") << QByteArray(R"({"version":1,"kites":[)") << QByteArray("");
        QTest::newRow("an array") << QByteArray("[]") << QByteArray("");
        QTest::newRow("no version") << QByteArray("{}") << QByteArray("version");
        QTest::newRow("kites is a word")
            << QByteArray(R"({"version":1,"kites":"x"})") << QByteArray("kites");
        QTest::newRow("kite is a number")
            << QByteArray(R"({"version":1,"kites":[3]})") << QByteArray("kites[0].id");
        QTest::newRow("name is a number")
            << QByteArray(R"({"version":1,"kites":[{"id":"a","name":3}]})")
            << QByteArray("kites[0].name");
        QTest::newRow("port too high")
            << QByteArray(R"({"version":1,"kites":[{"id":"a","target":{"port":65536}}]})")
            << QByteArray("kites[0].target.port");
        QTest::newRow("port broken")
            << QByteArray(R"({"version":1,"relays":[{"id":"a","port":1.5}]})")
            << QByteArray("relays[0].port");
        QTest::newRow("port below zero") << QByteArray(R"({"version":1,"preferences":{"port":-1}})")
                                         << QByteArray("preferences.port");
        QTest::newRow("paths hold a number")
            << QByteArray(R"({"version":1,"kites":[{"id":"a","target":{"paths":[1]}}]})")
            << QByteArray("kites[0].target.paths");
        QTest::newRow("one id twice")
            << QByteArray(R"({"version":1,"kites":[{"id":"a"},{"id":"a"}]})")
            << QByteArray("kites[1].id");
    }
    void brokenFilesAreKeptAsACopy()
    {
        QFETCH(QByteArray, json);
        QFETCH(QByteArray, blamed);
        write(json);
        SettingsFile file(path());
        const auto loaded = file.load();
        QVERIFY(!loaded);
        QCOMPARE(loaded.error().error, FileError::NotSettings);
        QVERIFY2(loaded.error().detail.contains(QString::fromLatin1(blamed)),
                 qPrintable(loaded.error().detail));
        const auto copies
            = QDir(m_dir->path()).entryList({QStringLiteral("settings.json.broken-*")});
        QCOMPARE(copies.size(), 1);
        QVERIFY(file.save(full()));
        QFile copy(m_dir->filePath(copies[0]));
        QVERIFY(copy.open(QIODevice::ReadOnly));
        QCOMPARE(copy.readAll(), json);
        QCOMPARE(*SettingsFile(path()).load(), full());
    }

    void aNewerFileIsLeftAlone_data()
    {
        QTest::addColumn<QByteArray>("newer");
        QTest::newRow("the next") << QByteArray(R"({"version":2,"kites":{}})");
        QTest::newRow("far away") << QByteArray(R"({"version":99999999999,"kites":{}})");
    }
    void aNewerFileIsLeftAlone()
    {
        QFETCH(const QByteArray, newer);
        write(newer);
        SettingsFile file(path());
        const auto loaded = file.load();
        QVERIFY(!loaded);
        QCOMPARE(loaded.error().error, FileError::TooNew);
        const auto saved = file.save(full());
        QVERIFY(!saved);
        QCOMPARE(saved.error().error, FileError::TooNew);
        QCOMPARE(bytes(), newer);
    }

    void aHugeFileIsLeftAlone()
    {
        const QByteArray huge(4 * 1024 * 1024 + 1, ' ');
        write(huge);
        SettingsFile file(path());
        const auto loaded = file.load();
        QVERIFY(!loaded);
        QCOMPARE(loaded.error().error, FileError::Unreadable);
        QVERIFY(!file.save(full()));
        QCOMPARE(bytes().size(), huge.size());
    }

    /// load() would refuse it.
    void neverGrowsBeyondWhatIsRead()
    {
        SettingsFile file(path());
        QVERIFY(file.save(full()));
        const QByteArray before = bytes();
        Settings huge = full();
        const QString name(100'000, QLatin1Char('x'));
        for (int i = 0; i < 50; ++i)
            huge.kites[0].target.paths << QLatin1Char('/') + name;
        const auto saved = file.save(huge);
        QVERIFY(!saved);
        QCOMPARE(saved.error().error, FileError::TooLarge);
        QCOMPARE(bytes(), before);
        QVERIFY(file.save(full()));
    }

    void aFolderInItsPlaceIsNotWritten()
    {
        QVERIFY(QDir().mkpath(path()));
        SettingsFile file(path());
        const auto loaded = file.load();
        QVERIFY(!loaded);
        QCOMPARE(loaded.error().error, FileError::Unreadable);
        QVERIFY(!file.save(full()));
    }

    void aRefusalLeavesTheOldFile()
    {
        write("not ours to touch");
        const SettingsFile below(path() + QStringLiteral("/settings.json")); // a file is no folder
        SettingsFile file = below;
        const auto saved = file.save(full());
        QVERIFY(!saved);
        QCOMPARE(saved.error().error, FileError::Unwritable);
        QCOMPARE(bytes(), QByteArray("not ours to touch"));
    }

private:
    QString path() const { return m_dir->filePath(QStringLiteral("settings.json")); }
    void write(const QByteArray &bytes) const
    {
        QFile file(path());
        QVERIFY(file.open(QIODevice::WriteOnly));
        QCOMPARE(file.write(bytes), bytes.size());
    }
    QByteArray bytes() const
    {
        QFile file(path());
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    QJsonObject read() const { return QJsonDocument::fromJson(bytes()).object(); }
    static QJsonObject byId(const QJsonArray &array, const char *id)
    {
        for (const auto &value : array) {
            if (value[u"id"].toString() == QLatin1String(id))
                return value.toObject();
        }
        return {};
    }
    static Settings full()
    {
        Relay relay;
        relay.id = QStringLiteral("r");
        relay.name = QStringLiteral("Home „server“");
        relay.endpoint = {QStringLiteral("relay.example.net"), 8443};
        relay.tls = Relay::Tls::Unchecked;
        relay.certificateName = QStringLiteral("cert.example.net");
        relay.authorityFile = QStringLiteral("/etc/ca.pem");
        relay.fingerprint = QString(64, QLatin1Char('f'));
        relay.domain = QStringLiteral("*.example.net");
        relay.secretStored = true;
        Kite port;
        port.id = QStringLiteral("k1");
        port.name = QStringLiteral("a.example.net");
        port.relayId = relay.id;
        port.protocol = QStringLiteral("raw");
        port.publicPort = 22;
        port.target = {Target::Kind::Port, {QStringLiteral("::1"), 2222}, {}};
        port.paused = true;
        Kite share;
        share.id = QStringLiteral("k2");
        share.name = QStringLiteral("b");
        share.target.paths = {QStringLiteral("/a b/ü"), QStringLiteral("/c")};
        Settings settings {{relay}, {port, share}, {}};
        settings.preferences = {.lan = true, .port = 8080, .notices = false, .startAtLogin = true};
        return settings;
    }

    std::unique_ptr<QTemporaryDir> m_dir;
};

QTEST_GUILESS_MAIN(TestSettingsFile)
#include "tst_settingsfile.moc"
