#include "app/tray/keeper.h"

#include <algorithm>

#include "ui/text/errortext.h"
#include "ui/text/kitetext.h"

namespace kite::app {

using secrets::SecretFailure;

namespace {

const QString keyPrefix = QStringLiteral("relay/");

QString keyOf(const QString &relayId)
{
    return keyPrefix + relayId;
}

} // namespace

Keeper::Keeper(settings::SettingsFile file, secrets::SecretStore &store, Core &core,
               QObject *parent)
    : QObject(parent)
    , m_file(std::move(file))
    , m_store(store)
    , m_core(core)
{
    connect(&m_store, &secrets::SecretStore::readLate, this,
            [this](const QString &key, const secrets::Secret &secret) {
                found(key.sliced(keyPrefix.size()), secret);
            });
    connect(&m_store, &secrets::SecretStore::wroteLate, this,
            [this](const QString &key) { stored(key.sliced(keyPrefix.size())); });
}

void Keeper::load()
{
    auto loaded = m_file.load();
    if (loaded)
        m_settings = std::move(loaded).value();
    else
        Q_EMIT troubled(ui::fileText(loaded.error().error, m_file.path()));
    for (const settings::Relay &relay : std::as_const(m_settings.relays))
        askFor(relay);
    m_core.setPreferences(m_settings.preferences);
    Q_EMIT settingsChanged(m_settings);
    fly();
}

settings::Relay *Keeper::relay(const QString &relayId)
{
    const auto found = std::ranges::find(m_settings.relays, relayId, &settings::Relay::id);
    return found == m_settings.relays.end() ? nullptr : &*found;
}

// ---- kites

void Keeper::addKite(const settings::Kite &kite)
{
    m_settings.kites << kite;
    change();
}

void Keeper::removeKite(const QString &kiteId)
{
    m_settings.kites.removeIf([&kiteId](const settings::Kite &kite) { return kite.id == kiteId; });
    change();
}

void Keeper::setPaused(const QString &kiteId, bool paused)
{
    for (settings::Kite &kite : m_settings.kites) {
        if (kite.id == kiteId)
            kite.paused = paused;
    }
    change();
}

void Keeper::setAllPaused(bool paused)
{
    for (settings::Kite &kite : m_settings.kites)
        kite.paused = paused;
    change();
}

void Keeper::setPreferences(const settings::Preferences &preferences)
{
    if (preferences == m_settings.preferences)
        return;
    m_settings.preferences = preferences;
    m_core.setPreferences(preferences);
    change();
}

void Keeper::change()
{
    save();
    Q_EMIT settingsChanged(m_settings);
    fly();
}

void Keeper::save()
{
    if (const auto saved = m_file.save(m_settings); !saved)
        Q_EMIT troubled(ui::fileText(saved.error().error, m_file.path()));
}

bool Keeper::canFly(const settings::Kite &kite)
{
    if (kite.paused || kite.relayId.isEmpty())
        return true;
    const auto state = m_secrets[kite.relayId].state;
    return state == Known::State::AtHand || state == Known::State::NotNeeded;
}

void Keeper::fly()
{
    QList<WantedKite> wanted;
    QList<stats::KiteSnapshot> held;
    for (const settings::Kite &kite : std::as_const(m_settings.kites)) {
        const settings::Relay *at = relay(kite.relayId);
        const bool isRelayKnown = at != nullptr || kite.relayId.isEmpty();
        if (canFly(kite) && (isRelayKnown || kite.paused)) {
            wanted << WantedKite {kite, at == nullptr ? settings::Relay {} : *at,
                                  at == nullptr ? secrets::Secret {} : m_secrets[at->id].secret};
            continue;
        }
        stats::KiteSnapshot snapshot;
        snapshot.id = kite.id;
        if (!isRelayKnown) { // never at another one than the user chose
            snapshot.state = stats::KiteState::Refused;
            snapshot.reason = stats::DownReason::Unreachable;
        } else if (m_secrets[kite.relayId].state == Known::State::Missing) {
            snapshot.state = stats::KiteState::Refused;
            snapshot.reason = stats::DownReason::NoSecret;
        }
        held << snapshot;
    }
    m_core.setKites(wanted);
    for (const stats::KiteSnapshot &snapshot : std::as_const(held))
        Q_EMIT kiteChanged(snapshot);
}

void Keeper::retry()
{
    for (const settings::Relay &relay : std::as_const(m_settings.relays)) {
        if (m_secrets[relay.id].state == Known::State::Missing)
            askFor(relay);
    }
    fly();
    m_core.retryNow();
}

// ---- relays and their secrets

void Keeper::askFor(const settings::Relay &relay)
{
    if (!relay.secretStored)
        return;
    m_secrets[relay.id].state = Known::State::Asked;
    m_store.read(keyOf(relay.id), [this, id = relay.id](const auto &answer) {
        if (answer)
            found(id, *answer);
        else
            notFound(id, answer.error());
    });
}

void Keeper::found(const QString &relayId, const secrets::Secret &secret)
{
    Known &known = m_secrets[relayId];
    if (known.state == Known::State::AtHand || relay(relayId) == nullptr)
        return; // entered by hand meanwhile, or the relay is gone
    known = {Known::State::AtHand, secret};
    fly();
}

void Keeper::notFound(const QString &relayId, const SecretFailure &failure)
{
    Known &known = m_secrets[relayId];
    const settings::Relay *at = relay(relayId);
    if (known.state != Known::State::Asked || at == nullptr)
        return;
    known.state = Known::State::Missing;
    Q_EMIT troubled(ui::secretFindText(failure.error, ui::relayText(*at)));
    fly();
}

void Keeper::putRelay(const settings::Relay &changed, const secrets::Secret &secret)
{
    if (settings::Relay *known = relay(changed.id)) {
        const bool wasStored = known->secretStored;
        *known = changed;
        known->secretStored = wasStored;
    } else {
        m_settings.relays << changed;
    }
    if (!secret.isEmpty())
        m_secrets[changed.id] = {Known::State::AtHand, secret};
    change();
    if (secret.isEmpty())
        Q_EMIT relayAnswered(changed.id, std::nullopt);
    else
        store(changed.id, secret);
}

void Keeper::store(const QString &relayId, const secrets::Secret &secret)
{
    m_store.write(keyOf(relayId), secret, [this, relayId](const auto &answer) {
        if (answer) {
            stored(relayId);
            Q_EMIT relayAnswered(relayId, std::nullopt);
        } else {
            Q_EMIT relayAnswered(relayId, answer.error().error);
        }
    });
}

void Keeper::stored(const QString &relayId)
{
    settings::Relay *at = relay(relayId);
    if (at == nullptr && m_gone.contains(relayId))
        forget(relayId); // it was on its way to the store when its relay was removed
    if (at == nullptr || at->secretStored)
        return;
    at->secretStored = true;
    save();
    Q_EMIT settingsChanged(m_settings);
}

void Keeper::removeRelay(const QString &relayId)
{
    const settings::Relay *at = relay(relayId);
    if (at == nullptr)
        return;
    const settings::Relay gone = *at;
    m_settings.relays.removeIf([&](const settings::Relay &relay) { return relay.id == relayId; });
    m_settings.kites.removeIf([&](const settings::Kite &kite) { return kite.relayId == relayId; });
    m_secrets.erase(relayId);
    m_gone.insert(relayId, ui::relayText(gone));
    change();
    if (gone.secretStored)
        forget(relayId);
}

void Keeper::forget(const QString &relayId)
{
    m_store.remove(keyOf(relayId), [this, name = m_gone.value(relayId)](const auto &answer) {
        if (!answer)
            Q_EMIT troubled(ui::secretForgetText(answer.error().error, name));
    });
}

} // namespace kite::app
