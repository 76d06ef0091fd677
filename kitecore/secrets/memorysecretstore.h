#pragma once

#include <map>

#include "kitecore/secrets/secretstore.h"

namespace kite::secrets {

/// Keeps secrets as long as the program runs and nowhere else: where there is no keychain.
class MemorySecretStore final : public SecretStore
{
    Q_OBJECT

public:
    using SecretStore::SecretStore;

    void read(const QString &key, Read done) override;
    void write(const QString &key, const Secret &secret, Done done) override;
    void remove(const QString &key, Done done) override;

private:
    std::map<QString, Secret> m_secrets;
};

} // namespace kite::secrets
