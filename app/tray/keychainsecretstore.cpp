#include "app/tray/keychainsecretstore.h"

#include <memory>

#include <QTimer>
#include <qt6keychain/keychain.h>

#include "kitecore/base/logging.h"

namespace kite::app {

using secrets::Secret;
using secrets::SecretError;
using secrets::SecretFailure;

namespace {

SecretFailure failureOf(const QKeychain::Job &job)
{
    const auto error = [&job] {
        switch (job.error()) {
        case QKeychain::EntryNotFound:
            return SecretError::NotFound;
        case QKeychain::AccessDenied:
        case QKeychain::AccessDeniedByUser:
            return SecretError::Denied;
        case QKeychain::CouldNotDeleteEntry:
            return SecretError::Other;
        case QKeychain::NoError:
        case QKeychain::NoBackendAvailable:
        case QKeychain::NotImplemented:
        case QKeychain::OtherError: // no service, no bus, no answer: libsecret says it with this
                                    // one
            break;
        }
        return SecretError::NoKeychain;
    }();
    return {error, job.errorString()};
}

SecretFailure noAnswer()
{
    return {SecretError::NoKeychain,
            QStringLiteral("no answer within %1 s").arg(KeychainSecretStore::patience.count())};
}

Secret secretOf(const QKeychain::Job &job)
{
    QByteArray bytes = static_cast<const QKeychain::ReadPasswordJob &>(job).textData().toUtf8();
    Secret secret(bytes);
    bytes.fill('\0');
    return secret;
}

} // namespace

KeychainSecretStore::KeychainSecretStore(QString service, QObject *parent)
    : SecretStore(parent)
    , m_service(std::move(service))
{
}

/// Jobs have no parent and delete themselves: one that hangs must not be deleted under the keychain
/// library's answer. Calls exactly one of `gaveUp` and `finished(job, true)`; `finished(job,
/// false)` may follow the first.
void KeychainSecretStore::run(QKeychain::Job &job, const QString &key, std::function<void()> gaveUp,
                              Finished finished)
{
    job.setKey(key);
    job.setInsecureFallback(false);
    auto inTime = std::make_shared<bool>(true);
    auto *limit = new QTimer(&job); // goes with the job, which deletes itself
    limit->setSingleShot(true);
    connect(limit, &QTimer::timeout, this, [inTime, gaveUp = std::move(gaveUp)] {
        *inTime = false;
        gaveUp();
    });
    connect(&job, &QKeychain::Job::finished, this,
            [inTime, limit, finished = std::move(finished)](QKeychain::Job *ended) {
                limit->stop();
                if (ended->error() != QKeychain::NoError)
                    qCWarning(lcApp) << "keychain:" << int(ended->error()) << ended->errorString();
                finished(*ended, *inTime);
            });
    limit->start(patience);
    job.start();
}

void KeychainSecretStore::read(const QString &key, Read done)
{
    auto *job = new QKeychain::ReadPasswordJob(m_service);
    run(
        *job, key, [done] { done(Err {noAnswer()}); },
        [this, key, done](QKeychain::Job &ended, bool inTime) {
            const bool good = ended.error() == QKeychain::NoError;
            if (!inTime && good)
                Q_EMIT readLate(key, secretOf(ended));
            else if (inTime && good)
                done(secretOf(ended));
            else if (inTime)
                done(Err {failureOf(ended)});
        });
}

void KeychainSecretStore::write(const QString &key, const Secret &secret, Done done)
{
    auto *job = new QKeychain::WritePasswordJob(m_service);
    // As text: binary data would stand in the keychain as base64, which no other tool reads.
    job->setTextData(QString::fromUtf8(secret.reveal()));
    run(
        *job, key, [done] { done(Err {noAnswer()}); },
        [this, key, secret, done](QKeychain::Job &ended, bool inTime) {
            const bool good = ended.error() == QKeychain::NoError;
            if (!inTime && good)
                Q_EMIT wroteLate(key);
            else if (inTime && good)
                compare(key, secret, done);
            else if (inTime)
                done(Err {failureOf(ended)});
        });
}

void KeychainSecretStore::compare(const QString &key, const Secret &written, Done done)
{
    read(key, [written, done = std::move(done)](const Result<Secret, SecretFailure> &answer) {
        if (!answer)
            done(Err {answer.error()});
        else if (!(*answer == written))
            done(Err {
                SecretFailure {SecretError::Other, QStringLiteral("read back another secret")}});
        else
            done({});
    });
}

void KeychainSecretStore::remove(const QString &key, Done done)
{
    auto *job = new QKeychain::DeletePasswordJob(m_service);
    run(
        *job, key, [done] { done(Err {noAnswer()}); },
        [done](QKeychain::Job &ended, bool inTime) {
            if (!inTime)
                return; // it was told as a failure; the entry being gone after all does no harm
            if (ended.error() == QKeychain::NoError)
                done({});
            else
                done(Err {failureOf(ended)});
        });
}

} // namespace kite::app
