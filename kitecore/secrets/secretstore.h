#pragma once

#include <functional>

#include <QObject>
#include <QString>

#include "kitecore/base/result.h"
#include "kitecore/secrets/secret.h"

namespace kite::secrets {

enum class SecretError {
    NotFound,   ///< No such entry; a locked keychain may say the same.
    Denied,     ///< The user or the keychain refused.
    NoKeychain, ///< There is none on this computer, or it does not answer.
    Other,
};
struct SecretFailure
{
    SecretError error;
    QString detail; ///< For the log.
};

/// Where secrets live. Asynchronous; answers come on the caller's thread, never from inside the
/// call. Keys are names such as `relay/example.net`, never secrets themselves.
class SecretStore : public QObject
{
    Q_OBJECT

public:
    using Read = std::function<void(Result<Secret, SecretFailure>)>;
    using Done = std::function<void(Result<void, SecretFailure>)>;

    using QObject::QObject;

    virtual void read(const QString &key, Read done) = 0;
    virtual void write(const QString &key, const Secret &secret, Done done) = 0;
    virtual void remove(const QString &key, Done done) = 0;

Q_SIGNALS:
    /// The answer to a read() that had already been given up: the user unlocked the keychain after
    /// all.
    void readLate(const QString &key, const kite::secrets::Secret &secret);
    /// A write() that had already been given up did succeed.
    void wroteLate(const QString &key);
};

} // namespace kite::secrets
