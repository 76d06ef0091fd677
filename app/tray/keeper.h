#pragma once

#include <optional>
#include <unordered_map>

#include <QHash>

#include "app/tray/core.h"
#include "kitecore/secrets/secretstore.h"
#include "kitecore/settings/settingsfile.h"

namespace kite::app {

/// Keeps what the user chose in the settings file, the relays' secrets in the store, and the core
/// flying just that.
class Keeper final : public QObject
{
    Q_OBJECT

public:
    Keeper(settings::SettingsFile file, secrets::SecretStore &store, Core &core,
           QObject *parent = nullptr);

    /// Reads the file and lets everything fly that was flying. A failure is told by troubled().
    void load();
    const settings::Settings &settings() const { return m_settings; }

    void addKite(const settings::Kite &kite);
    void removeKite(const QString &kiteId);
    void setPaused(const QString &kiteId, bool paused);
    void setAllPaused(bool paused);
    void setPreferences(const settings::Preferences &preferences);

    /// Adds the relay or changes the one of its id. A secret is used at once, whatever the store
    /// says; relayAnswered() tells whether it was stored. An empty one leaves the stored one.
    void putRelay(const settings::Relay &changed, const secrets::Secret &secret);
    /// Its kites go too, and its secret.
    void removeRelay(const QString &relayId);

    /// Asks again for secrets that were not at hand, and dials again.
    void retry();

Q_SIGNALS:
    void settingsChanged(const kite::settings::Settings &settings);
    /// Of kites that the core was not given because their secret is not at hand.
    void kiteChanged(const kite::stats::KiteSnapshot &snapshot);
    void relayAnswered(const QString &relayId, std::optional<kite::secrets::SecretError> failure);
    /// Something the user has to know; a whole sentence.
    void troubled(const QString &sentence);

private:
    /// What is known of a relay's secret.
    struct Known
    {
        enum class State {
            NotNeeded, ///< none was ever stored
            Asked,     ///< the store has not answered
            AtHand,
            Missing, ///< stored once, and the store does not hand it out
        };
        State state = State::NotNeeded;
        secrets::Secret secret;
    };

    settings::Relay *relay(const QString &relayId);
    void askFor(const settings::Relay &relay);
    void found(const QString &relayId, const secrets::Secret &secret);
    void notFound(const QString &relayId, const secrets::SecretFailure &failure);
    void stored(const QString &relayId);
    void store(const QString &relayId, const secrets::Secret &secret);
    void forget(const QString &relayId);
    void change();
    void save();
    void fly();
    bool canFly(const settings::Kite &kite);

    settings::SettingsFile m_file;
    secrets::SecretStore &m_store;
    Core &m_core;
    settings::Settings m_settings;
    std::unordered_map<QString, Known> m_secrets; ///< by relay id
    QHash<QString, QString> m_gone;               ///< names of the relays that were removed, by id
};

} // namespace kite::app
