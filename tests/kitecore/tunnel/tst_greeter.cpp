#include "kitecore/tunnel/greeter.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include "kitecore/base/limits.h"
#include "kitecore/wire/chunkdecoder.h"
#include "kitecore/wire/signature.h"
#include "tests/support/slicing.h"

using namespace kite;
using stats::DownReason;
using tunnel::Greeter;
using tunnel::KiteAnswer;
using Next = Greeter::Next;
using Kind = KiteAnswer::Kind;

namespace {

const QByteArray replyStart = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n";

/// What one connection of a recorded conversation carried, read by read.
struct Recording
{
    QByteArrayList sent;
    QByteArrayList received;
};

/// The connections of a capture that carry a greeting.
QList<Recording> recorded(const QString &name)
{
    QFile file(QStringLiteral(KITE_TEST_DATA "/") + name + QStringLiteral(".json"));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QMap<int, Recording> connections;
    const auto events = QJsonDocument::fromJson(file.readAll()).object().value(u"events").toArray();
    for (const auto &value : events) {
        const auto event = value.toObject();
        auto &connection = connections[event.value(u"conn").toInt()];
        const auto bytes = QByteArray::fromHex(event.value(u"hex").toString().toLatin1());
        if (event.value(u"dir").toString() == u"c2s")
            connection.sent << bytes;
        else if (event.value(u"dir").toString() == u"s2c")
            connection.received << bytes;
    }
    QList<Recording> greetings;
    for (const auto &connection : connections) {
        if (!connection.sent.isEmpty() && connection.sent.first().startsWith("CONNECT PageKite"))
            greetings << connection;
    }
    return greetings;
}

wire::Features with(bool addKites)
{
    wire::Features features;
    features.compression = true;
    features.addKites = addKites;
    return features;
}

std::vector<tunnel::AskedKite> asked(const QByteArrayList &names)
{
    std::vector<tunnel::AskedKite> kites;
    for (const auto &name : names)
        kites.push_back({*KiteId::parse(name), secrets::Secret("s3cret")});
    return kites;
}

/// Feeds a reply head in slices; what comes behind it is returned.
QByteArray feedHead(Greeter &greeter, const QByteArray &bytes, qsizetype slice, Next *next)
{
    QByteArray rest;
    test::inSlices(bytes, slice, [&](QByteArrayView part) {
        if (*next != Next::Read) {
            rest += part;
            return;
        }
        const auto result = greeter.feed(part);
        QVERIFY(result);
        *next = *result;
        rest += part;
    });
    return rest;
}

Next feedChunks(Greeter &greeter, const QByteArray &bytes)
{
    wire::ChunkDecoder decoder;
    QByteArrayView left = bytes;
    while (true) {
        const auto what = decoder.next(left);
        if (!what || *what == wire::ChunkDecoder::What::NeedMore)
            return Next::Read;
        if (*what != wire::ChunkDecoder::What::Head)
            continue;
        const auto reply = wire::replyFromChunk(decoder.head());
        if (!reply)
            return Next::Read;
        if (const Next next = greeter.take(*reply); next != Next::Read)
            return next;
    }
}

void verifySigned(const wire::Greeting &greeting, const QByteArray &salt)
{
    QVERIFY(!greeting.kites.empty());
    for (const auto &kite : greeting.kites) {
        QCOMPARE(kite.connectorSalt, salt);
        QVERIFY(kite.relaySalt.startsWith('t'));
        QVERIFY(wire::checkSignature(kite.signature, "s3cret", kite.payload(),
                                     std::chrono::seconds(0)));
    }
}

QByteArray spelled(const KiteAnswer &answer)
{
    static const char *const kinds[] = {"open", "flying", "later", "refused"};
    return answer.id.toByteArray() + ' ' + kinds[int(answer.kind)] + ' '
        + stats::downWord(answer.reason);
}

QByteArrayList spelled(const Greeter &greeter)
{
    QByteArrayList words;
    for (const auto &answer : greeter.answers())
        words << spelled(answer);
    return words;
}

} // namespace

class TestGreeter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void recordedConversation_data()
    {
        QTest::addColumn<bool>("inBand");
        QTest::addColumn<QByteArrayList>("answers");

        QTest::newRow("reject-bad-secret")
            << true << QByteArrayList {"http:kite.test refused bad-secret"};
        QTest::newRow("reject-bad-secret-reconnect")
            << false << QByteArrayList {"http:kite.test refused bad-secret"};
        QTest::newRow("reject-duplicate")
            << true << QByteArrayList {"http:kite.test later name-taken"};
        QTest::newRow("reject-port")
            << true << QByteArrayList {"http-81:kite.test refused not-served"};
        QTest::newRow("reject-proto")
            << true << QByteArrayList {"irc:kite.test refused not-served"};
        QTest::newRow("reject-unknown-kite")
            << true << QByteArrayList {"http:nope.test refused unknown-kite"};
        QTest::newRow("mixed-ok-invalid") << true
                                          << QByteArrayList {"https:kite.test flying none",
                                                             "http:nope.test refused unknown-kite"};
        QTest::newRow("handshake-reconnect")
            << false << QByteArrayList {"http:kite.test flying none"};
    }
    void recordedConversation()
    {
        QFETCH(bool, inBand);
        QFETCH(QByteArrayList, answers);
        const auto connections = recorded(QString::fromLatin1(QTest::currentDataTag()));
        QCOMPARE(connections.size(), inBand ? 1 : 2);

        const auto theirs = wire::parseGreeting(connections[0].sent.first());
        QVERIFY(theirs);
        const QByteArray salt = theirs->kites.front().connectorSalt;
        std::vector<tunnel::AskedKite> kites;
        for (const auto &kite : theirs->kites)
            kites.push_back({kite.kite, secrets::Secret("s3cret")});

        const QByteArray head = connections[0].received.first();
        test::forEachSlicing(head.size(), [&](qsizetype slice) {
            Greeter greeter(kites, with(inBand), salt, "old:session");
            const auto ours = wire::parseGreeting(greeter.request());
            QVERIFY(ours);
            QCOMPARE(ours->replaces, QByteArray("old:session"));
            QCOMPARE(ours->kites.size(), kites.size());
            QVERIFY(ours->kites.front().relaySalt.isEmpty());

            Next next = Next::Read;
            QVERIFY(feedHead(greeter, head, slice, &next).isEmpty());
            QCOMPARE(next, inBand ? Next::Sign : Next::Reconnect);
            if (inBand)
                signInBand(greeter, salt, connections[0]);
            else
                reconnect(greeter, salt, connections[1], slice);
            QCOMPARE(spelled(greeter), answers);
        });
    }

    void keepsWhatFollowsTheHead()
    {
        const QByteArray head
            = replyStart + "X-PageKite-OK: http:a.test:salt1\r\nX-PageKite-SessionID: s\r\n\r\n";
        const QByteArray wire = head + "b\r\nNOOP: 1\r\n\r\n!";
        test::forEachSlicing(wire.size(), [&](qsizetype slice) {
            Greeter greeter(asked({"http:a.test"}), with(true), "salt1", {});
            Next next = Next::Read;
            const QByteArray rest = feedHead(greeter, wire, slice, &next);
            QCOMPARE(next, Next::Finished);
            QCOMPARE(rest, QByteArray("b\r\nNOOP: 1\r\n\r\n!"));
        });
    }

    void hearsThatTheRelayServesHttps()
    {
        Greeter greeter(asked({"http:a.test", "http:b.test"}), with(true), "salt1", {});
        QCOMPARE(feed(greeter,
                      "X-PageKite-OK: http:a.test:salt1\r\nX-PageKite-SSL-OK: http:a.test:salt1\r\n"
                      "X-PageKite-OK: http:b.test:salt1\r\n"),
                 Next::Finished);
        QVERIFY(greeter.answers()[0].relayHasTls);
        QVERIFY(!greeter.answers()[1].relayHasTls);
    }

    void ignoresWhatIsNotOurs()
    {
        Greeter greeter(asked({"http:a.test"}), with(true), "salt1", {});
        QCOMPARE(feed(greeter,
                      "X-PageKite-Features: AddKites\r\n"
                      "X-PageKite-OK: http:b.test:salt1\r\n"        // never asked
                      "X-PageKite-Duplicate: http:a.test:salt2\r\n" // another conversation's
                      "X-PageKite-SignThis: http:a.test:salt1:t1234\r\n"),
                 Next::Sign);
        wire::GreetingReply reply;
        reply.verdicts.push_back(
            {wire::Verdict::Kind::Accepted, *KiteId::parse("http:b.test"), "salt1", {}});
        QCOMPARE(greeter.take(reply), Next::Read);
        QCOMPARE(spelled(greeter), QByteArrayList {"http:a.test open none"});
    }

    void doesNotSignForever()
    {
        Greeter greeter(asked({"http:a.test"}), with(true), "salt1", {});
        QCOMPARE(feed(greeter,
                      "X-PageKite-Features: AddKites\r\n"
                      "X-PageKite-SignThis: http:a.test:salt1:t1234\r\n"),
                 Next::Sign);
        wire::GreetingReply again;
        again.verdicts.push_back(
            {wire::Verdict::Kind::SignThis, *KiteId::parse("http:a.test"), "salt1", "t5678"});
        QCOMPARE(greeter.take(again), Next::Finished);
        QCOMPARE(spelled(greeter), QByteArrayList {"http:a.test later not-a-relay"});
    }

    void waitsInBandForTheRest()
    {
        Greeter greeter(asked({"http:a.test", "http:b.test"}), with(true), "salt1", {});
        wire::GreetingReply one;
        one.verdicts.push_back(
            {wire::Verdict::Kind::Accepted, *KiteId::parse("http:a.test"), "salt1", {}});
        QCOMPARE(greeter.take(one), Next::Read);
        QCOMPARE(greeter.take(wire::GreetingReply {}), Next::Read);
        greeter.giveUp();
        QCOMPARE(spelled(greeter),
                 QByteArrayList({"http:a.test flying none", "http:b.test later not-a-relay"}));
    }

    void refusesBadReplies_data()
    {
        QTest::addColumn<QByteArray>("wire");
        QTest::addColumn<wire::GreetingError>("error");

        QTest::newRow("503") << QByteArray("HTTP/1.0 503 Unavailable\r\n\r\n")
                             << wire::GreetingError::Unavailable;
        QTest::newRow("403") << QByteArray("HTTP/1.0 403 Forbidden\r\n\r\n")
                             << wire::GreetingError::Forbidden;
        QTest::newRow("web server")
            << QByteArray("HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n<html>")
            << wire::GreetingError::NotAGreeting;
        QTest::newRow("HTTP proxy") << QByteArray("HTTP/1.1 200 Connection established\r\n\r\n")
                                    << wire::GreetingError::NotAGreeting;
        QTest::newRow("SSH") << QByteArray("SSH-2.0-OpenSSH_9.2\r\n\r\n")
                             << wire::GreetingError::NotAGreeting;
        QTest::newRow("endless") << replyStart + "X: " + QByteArray(limits::maxHeadBytes, 'x')
                                 << wire::GreetingError::TooLong;
    }
    void refusesBadReplies()
    {
        QFETCH(QByteArray, wire);
        QFETCH(wire::GreetingError, error);
        for (const qsizetype slice : {qsizetype(1), qsizetype(7), wire.size()}) {
            Greeter greeter(asked({"http:a.test"}), with(true), "salt1", {});
            bool refused = false;
            test::inSlices(wire, slice, [&](QByteArrayView part) {
                if (refused)
                    return;
                const auto result = greeter.feed(part);
                refused = !result;
                if (refused)
                    QCOMPARE(result.error(), error);
                else
                    QCOMPARE(*result, Next::Read);
            });
            QVERIFY(refused);
        }
    }

    void asksForNoMoreThanFits()
    {
        std::vector<tunnel::AskedKite> kites;
        for (int i = 0; i < 1500; ++i)
            kites.push_back({*KiteId::parse("http:k" + QByteArray::number(i) + ".test"), {}});
        const size_t fitting = Greeter::fitting(kites);
        QVERIFY(fitting > 100 && fitting < 1000);
        kites.resize(fitting);
        Greeter greeter(kites, with(true), QByteArray(36, 'a'), {});
        QVERIFY(greeter.request().size() < limits::maxHeadBytes / 2);
        QCOMPARE(Greeter::fitting({}), size_t(0));
    }

private:
    static void signInBand(Greeter &greeter, const QByteArray &salt, const Recording &recording)
    {
        const QByteArray lines = "NOOP: 1\r\n" + greeter.lines();
        const auto head = wire::parseChunkHead(lines);
        QVERIFY(head);
        const auto signedOnes = wire::greetingFromChunk(*head);
        QVERIFY(signedOnes);
        verifySigned(*signedOnes, salt);
        QCOMPARE(feedChunks(greeter, recording.received.value(1)), Next::Finished);
    }

    static void reconnect(Greeter &greeter, const QByteArray &salt, const Recording &second,
                          qsizetype slice)
    {
        const auto signedOnes = wire::parseGreeting(greeter.request());
        QVERIFY(signedOnes);
        verifySigned(*signedOnes, salt);
        QCOMPARE(signedOnes->replaces, greeter.reply().sessionId);
        Next next = Next::Read;
        feedHead(greeter, second.received.first(), slice, &next);
        QCOMPARE(next, Next::Finished);
    }

    static Next feed(Greeter &greeter, const QByteArray &lines)
    {
        const QByteArray head = replyStart + lines + "\r\n";
        QByteArrayView bytes = head;
        const auto next = greeter.feed(bytes);
        return next ? *next : Next::Read;
    }
};

QTEST_APPLESS_MAIN(TestGreeter)
#include "tst_greeter.moc"
