#include <QTest>

#include "kitecore/wire/signature.h"
#include "tests/support/vectors.h"

using namespace kite;
using namespace kite::test;

class TestSignature : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void signs_data()
    {
        QTest::addColumn<QByteArray>("token");
        QTest::addColumn<QByteArray>("secret");
        QTest::addColumn<QByteArray>("payload");
        QTest::addColumn<qint64>("time");
        QTest::addColumn<qint64>("length");
        QTest::addColumn<QByteArray>("signature");

        int row = 0;
        const auto vectors = readVectors(QStringLiteral(KITE_TEST_DATA "/signatures.json"));
        for (const auto &value : vectors[u"sign"].toArray()) {
            const auto v = value.toObject();
            if (v[u"secret"].toString().isEmpty())
                continue; // the reference takes its random process secret instead: not repeatable
            QTest::addRow("%d: %s", row++, qPrintable(v[u"token"].toString()))
                << fromText(v[u"token"]) << fromText(v[u"secret"]) << fromText(v[u"payload"])
                << v[u"timestamp"].toInteger(-1) << v[u"length"].toInteger()
                << fromText(v[u"signature"]);
        }
        QTest::newRow("empty secret")
            << QByteArray("ffffffff") << QByteArray() << QByteArray() << qint64(-1)
            << qint64(wire::signatureLength) << QByteArray("fffffffff44fe052b6bae5efcb693c23071b");
        QTest::newRow("captured from dynamic DNS")
            << QByteArray("6c3ec8ff") << QByteArray("S1") << QByteArray("k1.test:127.0.0.1")
            << qint64(-1) << qint64(wire::dynamicDnsSignatureLength)
            << QByteArray("6c3ec8fffefe2912ebab2dff826eddfd2ffa526e0fb54695");
    }

    void signs()
    {
        QFETCH(QByteArray, token);
        QFETCH(QByteArray, secret);
        QFETCH(QByteArray, payload);
        QFETCH(qint64, time);
        QFETCH(qint64, length);
        QFETCH(QByteArray, signature);

        const auto when = time < 0 ? std::nullopt : std::optional(std::chrono::seconds(time));
        QCOMPARE(wire::sign(token, secret, payload, when, qsizetype(length)), signature);
    }

    void checks_data()
    {
        QTest::addColumn<QByteArray>("signature");
        QTest::addColumn<QByteArray>("secret");
        QTest::addColumn<QByteArray>("payload");
        QTest::addColumn<qint64>("now");
        QTest::addColumn<bool>("valid");

        const auto vectors = readVectors(QStringLiteral(KITE_TEST_DATA "/signatures.json"));
        for (const auto &value : vectors[u"check"].toArray()) {
            const auto v = value.toObject();
            QTest::addRow("%s at %lld", qPrintable(v[u"sign"].toString()), v[u"now"].toInteger())
                << fromText(v[u"sign"]) << fromText(v[u"secret"]) << fromText(v[u"payload"])
                << v[u"now"].toInteger() << v[u"valid"].toBool();
        }
        QTest::newRow("nothing") << QByteArray() << QByteArray("fs") << QByteArray("p")
                                 << qint64(1'700'000'000) << false;
        QTest::newRow("an empty secret proves nothing")
            << QByteArray("fffffffff44fe052b6bae5efcb693c23071b") << QByteArray() << QByteArray()
            << qint64(0) << false;
        QTest::newRow("only the mark")
            << QByteArray("t") << QByteArray("fs") << QByteArray("p") << qint64(0) << false;
    }

    void checks()
    {
        QFETCH(QByteArray, signature);
        QFETCH(QByteArray, secret);
        QFETCH(QByteArray, payload);
        QFETCH(qint64, now);
        QFETCH(bool, valid);

        QCOMPARE(wire::checkSignature(signature, secret, payload, std::chrono::seconds(now)),
                 valid);
    }

    /// 10 to 20 minutes: the running window of 600 s and the one before.
    void challengesExpire()
    {
        using namespace std::chrono_literals;
        const auto made = std::chrono::seconds(1'700'000'399); // the last second of its window
        const auto challenge = wire::sign("0123456789", "s3cret", "http:a.test:salt", made);

        const auto holds = [&](std::chrono::seconds now) {
            return wire::checkSignature(challenge, "s3cret", "http:a.test:salt", now);
        };
        QVERIFY(holds(made));
        QVERIFY(holds(made + 600s));
        QVERIFY(!holds(made + 601s));
        QVERIFY(!wire::checkSignature(challenge, "other", "http:a.test:salt", made));
        QVERIFY(!wire::checkSignature(challenge, "s3cret", "http:b.test:salt", made));
    }

    void comparesWholeStrings()
    {
        QVERIFY(wire::equalConstantTime("abc", "abc"));
        QVERIFY(!wire::equalConstantTime("abc", "abd"));
        QVERIFY(!wire::equalConstantTime("abc", "ab"));
        QVERIFY(wire::equalConstantTime("", ""));
    }

    void randomTextIsHexAndNew()
    {
        const auto first = wire::randomHex(16);
        QCOMPARE(first.size(), 32);
        QCOMPARE(QByteArray::fromHex(first).toHex(), first);
        QVERIFY(first != wire::randomHex(16));
    }
};

QTEST_APPLESS_MAIN(TestSignature)
#include "tst_signature.moc"
