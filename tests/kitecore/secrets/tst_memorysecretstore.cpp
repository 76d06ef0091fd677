#include <QTest>

#include "kitecore/secrets/memorysecretstore.h"

using namespace kite::secrets;

class TestMemorySecretStore : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsAndForgets()
    {
        MemorySecretStore store;
        QByteArrayList told;
        const auto done = [&told](const char *what) {
            return [&told, what](const Result<void, SecretFailure> &result) {
                told << QByteArray(what) + (result ? "" : " failed");
            };
        };
        const auto read = [&told](const Result<Secret, SecretFailure> &result) {
            told << (result ? result->reveal().toByteArray() : QByteArray("nothing"));
            if (!result)
                QCOMPARE(result.error().error, SecretError::NotFound);
        };
        const QString key = QStringLiteral("relay/1");
        store.read(key, read);
        store.write(key, Secret("s3cret"), done("write"));
        store.read(key, read);
        store.write(key, Secret("not-a-secret"), done("write"));
        store.read(key, read);
        store.remove(key, done("remove"));
        store.remove(key, done("remove"));
        QVERIFY(told.isEmpty()); // never from inside the call
        const QByteArrayList all {"nothing",      "write",  "s3cret",       "write",
                                  "not-a-secret", "remove", "remove failed"};
        QTRY_COMPARE(told, all);
    }

private:
    template <typename T, typename E>
    using Result = kite::Result<T, E>;
};

QTEST_GUILESS_MAIN(TestMemorySecretStore)
#include "tst_memorysecretstore.moc"
