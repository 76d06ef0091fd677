#include "kitecore/secrets/memorysecretstore.h"

#include <QMetaObject>

namespace kite::secrets {

namespace {

/// Answers from the event loop: callers of a store never meet their answer inside the call.
void later(QObject *context, std::function<void()> call)
{
    QMetaObject::invokeMethod(context, std::move(call), Qt::QueuedConnection);
}

} // namespace

void MemorySecretStore::read(const QString &key, Read done)
{
    const auto found = m_secrets.find(key);
    if (found == m_secrets.end()) {
        later(this, [done = std::move(done)] {
            done(Err {SecretFailure {SecretError::NotFound, {}}});
        });
        return;
    }
    later(this, [done = std::move(done), secret = found->second] { done(secret); });
}

void MemorySecretStore::write(const QString &key, const Secret &secret, Done done)
{
    m_secrets.insert_or_assign(key, secret);
    later(this, [done = std::move(done)] { done({}); });
}

void MemorySecretStore::remove(const QString &key, Done done)
{
    const bool found = m_secrets.erase(key) > 0;
    later(this, [done = std::move(done), found] {
        if (found)
            done({});
        else
            done(Err {SecretFailure {SecretError::NotFound, {}}});
    });
}

} // namespace kite::secrets
