#include "kitecore/settings/joining.h"

#include <algorithm>

#include "kitecore/settings/kitename.h"

namespace kite::settings {

namespace {

bool isUnused(const Relay &relay, const Settings &settings)
{
    return relay.domain.isEmpty() && !relay.secretStored
        && std::ranges::find(settings.kites, relay.id, &Kite::relayId) == settings.kites.end();
}

const Relay *findKnown(const Invitation &invitation, const Settings &settings)
{
    const QString name = QString::fromUtf8(invitation.name);
    const Relay *unused = nullptr;
    for (const Relay &relay : settings.relays) {
        if (relay.endpoint != invitation.relay)
            continue;
        if (relay.domain.compare(name, Qt::CaseInsensitive) == 0)
            return &relay;
        if (isUnused(relay, settings))
            unused = &relay;
    }
    return unused;
}

/// A pin holds also where certificates are not checked else.
bool trustsAnother(const Relay &relay, const QString &fingerprint)
{
    const bool isVerified = relay.tls == Relay::Tls::Checked
        || (relay.tls == Relay::Tls::Unchecked && !relay.fingerprint.isEmpty());
    return isVerified && relay.fingerprint.compare(fingerprint, Qt::CaseInsensitive) != 0;
}

} // namespace

Joining joining(const Invitation &invitation, const Settings &settings)
{
    const QString fingerprint = QString::fromUtf8(invitation.fingerprint);
    Joining made;
    if (const Relay *known = findKnown(invitation, settings)) {
        made.relay = *known;
        made.isKnown = true;
        made.changesTrust = trustsAnother(*known, fingerprint);
    } else {
        made.relay.id = newId();
        made.relay.endpoint = invitation.relay;
    }
    made.relay.domain = QString::fromUtf8(invitation.name);
    made.relay.tls = Relay::Tls::Checked;
    made.relay.fingerprint = fingerprint;
    for (Relay other : settings.relays) {
        if (other.endpoint != invitation.relay || other.id == made.relay.id
            || !trustsAnother(other, fingerprint))
            continue;
        other.fingerprint = fingerprint;
        made.others.append(other);
        made.changesTrust = true;
    }
    return made;
}

} // namespace kite::settings
