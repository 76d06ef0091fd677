#pragma once

#include <chrono>

#include "kitecore/secrets/secretstore.h"

namespace QKeychain {
class Job;
}

namespace kite::app {

/// Secrets in the keychain of the desktop (Secret Service, KWallet, Windows, macOS), service
/// `Kiteline`.
///
/// The keychain's own answers are not believed where they were seen to be wrong: a write counts
/// once the same secret was read back, and every job has a time limit of ours, since a password
/// window that nobody answers waits for ever. What arrives after it is told by readLate() and
/// wroteLate().
class KeychainSecretStore final : public secrets::SecretStore
{
    Q_OBJECT

public:
    static constexpr std::chrono::seconds patience {15};

    /// @param service is another one in tests
    explicit KeychainSecretStore(QString service = QStringLiteral("Kiteline"),
                                 QObject *parent = nullptr);

    void read(const QString &key, Read done) override;
    void write(const QString &key, const secrets::Secret &secret, Done done) override;
    void remove(const QString &key, Done done) override;

private:
    using Finished = std::function<void(QKeychain::Job &job, bool inTime)>;

    void run(QKeychain::Job &job, const QString &key, std::function<void()> gaveUp,
             Finished finished);
    void compare(const QString &key, const secrets::Secret &written, Done done);

    QString m_service;
};

} // namespace kite::app
