#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "app/tray/keeper.h"

using kite::app::Core;
using kite::app::Keeper;
using kite::app::WantedKite;
using kite::secrets::Secret;
using kite::secrets::SecretError;
using kite::secrets::SecretFailure;
using kite::secrets::SecretStore;
using kite::stats::DownReason;
using kite::stats::KiteSnapshot;
using kite::stats::KiteState;
namespace settings = kite::settings;

namespace {

/// Remembers what it was told last.
class SeenCore final : public Core
{
public:
    void setKites(const QList<WantedKite> &kites) override { wanted = kites; }
    void setPreferences(const settings::Preferences &given) override { preferences = given; }
    void retryNow() override { ++retries; }

    QString names() const
    {
        QStringList all;
        for (const WantedKite &kite : wanted)
            all << kite.kite.name;
        return all.join(QLatin1Char(' '));
    }

    QList<WantedKite> wanted;
    settings::Preferences preferences;
    int retries = 0;
};

/// A keyring that answers when the test says so.
class HeldStore final : public SecretStore
{
public:
    void read(const QString &key, Read done) override { reads << std::pair(key, std::move(done)); }
    void write(const QString &key, const Secret &secret, Done done) override
    {
        stored.insert(key, secret.reveal().toByteArray());
        writes << std::pair(key, std::move(done));
    }
    void remove(const QString &key, Done done) override
    {
        stored.remove(key);
        removes << std::pair(key, std::move(done));
    }

    QList<std::pair<QString, Read>> reads;
    QList<std::pair<QString, Done>> writes;
    QList<std::pair<QString, Done>> removes;
    QHash<QString, QByteArray> stored;
};

kite::Err<SecretFailure> failure(SecretError error)
{
    return {{error, QStringLiteral("as the test wants it")}};
}

settings::Relay relayOf(const QString &id, bool stored)
{
    settings::Relay relay;
    relay.id = id;
    relay.endpoint = {QStringLiteral("relay.example.net"), 443};
    relay.secretStored = stored;
    return relay;
}

settings::Kite kiteOf(const QString &name, const QString &relayId = {})
{
    settings::Kite kite;
    kite.id = name;
    kite.name = name;
    kite.relayId = relayId;
    kite.target.paths = {QStringLiteral("/srv/") + name};
    return kite;
}

const Secret secret("s3cret");
const QString at = QStringLiteral("at");
const QString keyAt = QStringLiteral("relay/at");
const QString photos = QStringLiteral("photos");
const QString demo = QStringLiteral("demo");

} // namespace

class TestKeeper : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_path = m_folder->filePath(QStringLiteral("settings.json"));
        begin();
    }

    void cleanup() { end(); }

    void everyChangeIsOnTheDiskAndInTheAirAtOnce()
    {
        m_keeper->load();
        m_keeper->addKite(kiteOf(photos));
        QCOMPARE(m_core->names(), photos);
        QCOMPARE(onDisk().kites, QList {kiteOf(photos)});
        m_keeper->addKite(kiteOf(demo));
        m_keeper->setPaused(photos, true);
        QVERIFY(onDisk().kites[0].paused);
        QVERIFY(!onDisk().kites[1].paused);
        QVERIFY(m_core->wanted[0].kite.paused);
        m_keeper->setAllPaused(true);
        QVERIFY(onDisk().kites[1].paused);
        m_keeper->removeKite(photos);
        QCOMPARE(m_core->names(), demo);
        QCOMPARE(onDisk().kites.size(), 1);
    }

    /// Not on the built-in one, where nobody wanted it.
    void aKiteOfARelayThatIsGoneStaysDown()
    {
        m_keeper->load();
        QSignalSpy told(m_keeper.get(), &Keeper::kiteChanged);
        m_keeper->addKite(kiteOf(demo, QStringLiteral("gone")));
        QCOMPARE(m_core->names(), QString());
        QCOMPARE(told.last()[0].value<KiteSnapshot>().state, KiteState::Refused);
    }

    void aNewStartFliesWhatTheLastOneFlew()
    {
        m_keeper->load();
        m_keeper->addKite(kiteOf(photos));
        settings::Preferences changed;
        changed.lan = true;
        changed.port = 8123;
        m_keeper->setPreferences(changed);
        QCOMPARE(m_core->preferences, changed);
        end();

        begin();
        m_keeper->load();
        QCOMPARE(m_core->names(), photos);
        QCOMPARE(m_core->preferences, changed);
    }

    void preferencesThatStayAreNotWrittenAgain()
    {
        m_keeper->load();
        QSignalSpy changed(m_keeper.get(), &Keeper::settingsChanged);
        m_keeper->setPreferences({});
        QCOMPARE(changed.size(), 0);
        QVERIFY(!QFile::exists(m_path));
    }

    void aSecretIsUsedBeforeItIsStored()
    {
        m_keeper->load();
        QSignalSpy answered(m_keeper.get(), &Keeper::relayAnswered);
        m_keeper->putRelay(relayOf(at, false), secret);
        m_keeper->addKite(kiteOf(photos, at));
        QCOMPARE(m_core->names(), photos);
        QCOMPARE(m_core->wanted[0].secret, secret);
        QVERIFY(!onDisk().relays[0].secretStored);
        QCOMPARE(m_store->stored.value(keyAt), QByteArray("s3cret"));
        QCOMPARE(answered.size(), 0);

        m_store->writes[0].second({});
        QCOMPARE(answered.size(), 1);
        QVERIFY(!answered[0][1].value<std::optional<SecretError>>());
        QVERIFY(onDisk().relays[0].secretStored);
        QVERIFY2(!rawFile().contains("s3cret"), "the secret is in the settings file");
    }

    void aSecretThatCouldNotBeStoredStaysInUse()
    {
        m_keeper->load();
        QSignalSpy answered(m_keeper.get(), &Keeper::relayAnswered);
        m_keeper->putRelay(relayOf(at, false), secret);
        m_keeper->addKite(kiteOf(photos, at));
        m_store->writes[0].second(failure(SecretError::NoKeychain));
        QCOMPARE(answered.size(), 1);
        QCOMPARE(answered[0][1].value<std::optional<SecretError>>(), SecretError::NoKeychain);
        QVERIFY(!onDisk().relays[0].secretStored);
        QCOMPARE(m_core->wanted[0].secret, secret);

        Q_EMIT m_store->wroteLate(keyAt); // the user unlocked the keyring after all
        QVERIFY(onDisk().relays[0].secretStored);
    }

    void aRelayWithoutASecretNeedsNone()
    {
        m_keeper->load();
        QSignalSpy answered(m_keeper.get(), &Keeper::relayAnswered);
        m_keeper->putRelay(relayOf(at, false), {});
        QCOMPARE(answered.size(), 1);
        QVERIFY(m_store->writes.isEmpty());
        m_keeper->addKite(kiteOf(photos, at));
        QCOMPARE(m_core->names(), photos);
    }

    void changingARelayLeavesTheStoredSecret()
    {
        store({relayOf(at, true)}, {kiteOf(photos, at)});
        m_keeper->load();
        m_store->reads[0].second(secret);
        settings::Relay changed = relayOf(at, false);
        changed.endpoint.port = 8443;
        m_keeper->putRelay(changed, {});
        QVERIFY(m_store->writes.isEmpty());
        QCOMPARE(m_core->wanted[0].relay.endpoint.port, quint16(8443));
        QCOMPARE(m_core->wanted[0].secret, secret);
        QVERIFY(onDisk().relays[0].secretStored);
    }

    void kitesWaitForTheSecretOfTheirRelay()
    {
        store({relayOf(at, true)}, {kiteOf(photos, at), kiteOf(demo)});
        QSignalSpy held(m_keeper.get(), &Keeper::kiteChanged);
        m_keeper->load();
        QCOMPARE(m_core->names(), demo);
        QCOMPARE(held.size(), 1);
        QCOMPARE(held[0][0].value<KiteSnapshot>().state, KiteState::Connecting);
        QCOMPARE(m_store->reads.size(), 1);
        QCOMPARE(m_store->reads[0].first, keyAt);
        m_store->reads[0].second(secret);
        QCOMPARE(m_core->names(), QStringLiteral("photos demo"));
        QCOMPARE(m_core->wanted[0].secret, secret);
        QVERIFY(m_core->wanted[1].secret.isEmpty());
    }

    void aSecretThatIsNotHandedOut_data()
    {
        QTest::addColumn<SecretError>("error");
        QTest::newRow("locked keyrings say not found") << SecretError::NotFound;
        QTest::newRow("denied") << SecretError::Denied;
        QTest::newRow("no keychain") << SecretError::NoKeychain;
        QTest::newRow("other") << SecretError::Other;
    }

    void aSecretThatIsNotHandedOut()
    {
        QFETCH(SecretError, error);
        store({relayOf(at, true)}, {kiteOf(photos, at)});
        m_keeper->load();
        QSignalSpy held(m_keeper.get(), &Keeper::kiteChanged);
        QSignalSpy troubled(m_keeper.get(), &Keeper::troubled);
        m_store->reads[0].second(failure(error));
        QCOMPARE(m_core->names(), QString());
        QCOMPARE(troubled.size(), 1);
        QVERIFY(troubled[0][0].toString().contains(QStringLiteral("relay.example.net")));
        QCOMPARE(held.size(), 1);
        QCOMPARE(held[0][0].value<KiteSnapshot>().state, KiteState::Refused);
        QCOMPARE(held[0][0].value<KiteSnapshot>().reason, DownReason::NoSecret);
        QVERIFY2(onDisk().relays[0].secretStored, "a locked keyring lost the account");

        m_keeper->retry();
        QCOMPARE(m_core->retries, 1);
        QCOMPARE(m_store->reads.size(), 2);
        m_store->reads[1].second(secret);
        QCOMPARE(m_core->names(), photos);
    }

    void aLateAnswerIsTaken()
    {
        store({relayOf(at, true)}, {kiteOf(photos, at)});
        m_keeper->load();
        m_store->reads[0].second(failure(SecretError::NoKeychain));
        Q_EMIT m_store->readLate(keyAt, secret);
        QCOMPARE(m_core->names(), photos);
        QCOMPARE(m_core->wanted[0].secret, secret);
    }

    void whatTheUserEnteredBeatsALateAnswer()
    {
        store({relayOf(at, true)}, {kiteOf(photos, at)});
        m_keeper->load();
        const Secret entered("not-a-secret");
        m_keeper->putRelay(relayOf(at, true), entered);
        m_store->reads[0].second(secret);
        QCOMPARE(m_core->wanted[0].secret, entered);
        Q_EMIT m_store->readLate(keyAt, secret);
        QCOMPARE(m_core->wanted[0].secret, entered);
    }

    void aRelayTakesItsKitesAndItsSecretAlong()
    {
        store({relayOf(at, true)}, {kiteOf(photos, at), kiteOf(demo)});
        m_keeper->load();
        m_store->reads[0].second(secret);
        QSignalSpy troubled(m_keeper.get(), &Keeper::troubled);
        m_keeper->removeRelay(at);
        QCOMPARE(m_core->names(), demo);
        QVERIFY(onDisk().relays.isEmpty());
        QCOMPARE(onDisk().kites, QList {kiteOf(demo)});
        QCOMPARE(m_store->removes.size(), 1);
        QCOMPARE(m_store->removes[0].first, keyAt);
        m_store->removes[0].second(failure(SecretError::Denied));
        QCOMPARE(troubled.size(), 1);
    }

    void nobodyAsksTheKeyringAboutARelayThatHasNothingThere()
    {
        store({relayOf(at, false)}, {kiteOf(photos, at)});
        m_keeper->load();
        QVERIFY(m_store->reads.isEmpty());
        QCOMPARE(m_core->names(), photos);
        m_keeper->removeRelay(at);
        QVERIFY(m_store->removes.isEmpty());
    }

    void anAnswerForARelayThatIsGoneIsDropped()
    {
        store({relayOf(at, true)}, {kiteOf(photos, at)});
        m_keeper->load();
        m_keeper->removeRelay(at);
        QSignalSpy troubled(m_keeper.get(), &Keeper::troubled);
        m_store->reads[0].second(secret);
        Q_EMIT m_store->readLate(keyAt, secret);
        Q_EMIT m_store->wroteLate(keyAt);
        QCOMPARE(m_core->names(), QString());
        QCOMPARE(troubled.size(), 0);
    }

    void aSecretThatComesAfterItsRelayIsGoneIsForgotten_data()
    {
        QTest::addColumn<bool>("late");
        QTest::newRow("in time") << false;
        QTest::newRow("after it was given up") << true;
    }

    void aSecretThatComesAfterItsRelayIsGoneIsForgotten()
    {
        QFETCH(bool, late);
        m_keeper->load();
        m_keeper->putRelay(relayOf(at, false), secret);
        m_keeper->removeRelay(at);
        QVERIFY(m_store->removes.isEmpty());
        if (late)
            Q_EMIT m_store->wroteLate(keyAt);
        else
            m_store->writes[0].second({});
        QCOMPARE(m_store->removes.size(), 1);
        QVERIFY(!m_store->stored.contains(keyAt));
        QSignalSpy troubled(m_keeper.get(), &Keeper::troubled);
        m_store->removes[0].second(failure(SecretError::Denied));
        QVERIFY(
            troubled.value(0).value(0).toString().contains(QStringLiteral("relay.example.net")));
    }

    void damagedSettingsAreToldAndKept()
    {
        write("{ this is not JSON");
        QSignalSpy troubled(m_keeper.get(), &Keeper::troubled);
        m_keeper->load();
        QCOMPARE(troubled.size(), 1);
        QVERIFY(troubled[0][0].toString().contains(m_path));
        m_keeper->addKite(kiteOf(photos));
        const auto copies
            = QDir(m_folder->path()).entryList({QStringLiteral("settings.json.broken-*")});
        QCOMPARE(copies.size(), 1);
        QCOMPARE(onDisk().kites.size(), 1);
    }

    void aDiskThatRefusesIsTold()
    {
        m_keeper->load();
        QFile(m_folder->filePath(QStringLiteral("file"))).open(QIODevice::WriteOnly);
        end();
        m_path = m_folder->filePath(QStringLiteral("file/below/settings.json")); // below a file
        begin();
        QSignalSpy troubled(m_keeper.get(), &Keeper::troubled);
        m_keeper->addKite(kiteOf(photos));
        QCOMPARE(troubled.size(), 1);
        QCOMPARE(m_core->names(), photos); // it flies all the same
    }

private:
    void begin()
    {
        m_core = std::make_unique<SeenCore>();
        m_store = std::make_unique<HeldStore>();
        m_keeper = std::make_unique<Keeper>(settings::SettingsFile(m_path), *m_store, *m_core);
    }

    void end()
    {
        m_keeper.reset();
        m_store.reset();
        m_core.reset();
    }

    void store(const QList<settings::Relay> &relays, const QList<settings::Kite> &kites)
    {
        settings::Settings all;
        all.relays = relays;
        all.kites = kites;
        QVERIFY(settings::SettingsFile(m_path).save(all));
    }

    settings::Settings onDisk() const
    {
        auto loaded = settings::SettingsFile(m_path).load();
        return loaded ? std::move(loaded).value() : settings::Settings {};
    }

    QByteArray rawFile() const
    {
        QFile file(m_path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    void write(const QByteArray &bytes) const
    {
        QFile file(m_path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bytes);
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_path;
    std::unique_ptr<SeenCore> m_core;
    std::unique_ptr<HeldStore> m_store;
    std::unique_ptr<Keeper> m_keeper;
};

QTEST_GUILESS_MAIN(TestKeeper)

#include "tst_keeper.moc"
