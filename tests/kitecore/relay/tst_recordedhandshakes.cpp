#include <QRegularExpression>
#include <QTest>

#include "kitecore/wire/signature.h"
#include "tests/support/relayfixture.h"
#include "tests/support/vectors.h"

using namespace kite;
using namespace kite::test;

namespace {

/// What differs from run to run in a reply is put into words; lines about what we do not have
/// (upgrades) are left out.
QByteArray comparable(const QByteArray &reply)
{
    auto text = QString::fromLatin1(reply);
    const auto replace = [&text](const char *pattern, const char *with) {
        text.replace(QRegularExpression(QLatin1String(pattern)), QLatin1String(with));
    };
    replace("X-PageKite-Upgrade: [^\r]*\r\n", "");
    replace("SessionID: [^\r]*", "SessionID: S");
    replace("Ports: \\d+", "Ports: N");
    replace(":t[0-9a-f]{35}\r", ":F\r");
    replace("^[0-9a-f]+\r\n", "size\r\n");
    replace("\\+", "%20"); // both mean a blank in a form
    return text.toLatin1();
}

/// Plays the connector's side of a recorded conversation against our relay: same bytes, but with
/// the challenges and sessions that we gave, and signatures for them.
class Replay
{
public:
    explicit Replay(RelayFixture &relay, QByteArray secret) : m_relay(relay), m_secret(secret) {}

    void open() { m_connector = m_relay.connector(); }

    void send(const QByteArray &recorded)
    {
        auto text = QString::fromLatin1(recorded);
        if (m_session.size() > 0)
            text.replace(QRegularExpression(QStringLiteral("Replace: [^\r]*")),
                         QStringLiteral("Replace: ") + QString::fromLatin1(m_session));
        for (const auto &[payload, challenge] : m_challenges.asKeyValueRange())
            answer(text, payload, challenge);
        m_connector->send(text.toLatin1());
    }

    /// @return our answer, read as far as the recorded one.
    QByteArray read(const QByteArray &recorded)
    {
        const auto bytes
            = recorded.startsWith("HTTP/") ? m_connector->readHead() : readWholeChunk();
        remember(bytes);
        return bytes;
    }

    bool isClosedByRelay() { return m_connector->isClosedByRelay(); }

private:
    /// A recorded chunk's size never changes: salts, challenges and signatures have one length.
    void answer(QString &text, const QByteArray &payload, const QByteArray &challenge) const
    {
        const auto signedText = payload + ':' + challenge;
        const auto line = signedText + ':' + wire::sign("01234567", m_secret, signedText);
        const auto name = QRegularExpression::escape(QString::fromLatin1(payload));
        text.replace(QRegularExpression(name + QStringLiteral(":t[0-9a-f]{35}:[0-9a-f]{36}")),
                     QString::fromLatin1(line));
    }

    QByteArray readWholeChunk()
    {
        const auto chunk = m_connector->readChunk();
        if (!chunk)
            return {};
        const auto body = chunk->lines + "\r\n" + chunk->data;
        return QByteArray::number(body.size(), 16) + "\r\n" + body;
    }

    void remember(const QByteArray &bytes)
    {
        for (const auto &line : bytes.split('\n')) {
            const auto value = line.sliced(line.indexOf(' ') + 1).trimmed();
            if (line.startsWith("X-PageKite-SessionID: "))
                m_session = value;
            if (line.startsWith("X-PageKite-SignThis: "))
                m_challenges[value.first(value.lastIndexOf(':'))]
                    = value.sliced(value.lastIndexOf(':') + 1);
        }
    }

    RelayFixture &m_relay;
    const QByteArray m_secret;
    std::unique_ptr<FakeConnector> m_connector;
    QByteArray m_session;
    QMap<QByteArray, QByteArray> m_challenges; ///< by `protoport:domain:bsalt`
};

} // namespace

/// Conversations of PageKite's connector with its relay, held again with ours.
class TestRecordedHandshakes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void recorded_data();
    void recorded();
};

void TestRecordedHandshakes::recorded_data()
{
    QTest::addColumn<QString>("capture");
    QTest::addColumn<QByteArray>("secret");
    QTest::addColumn<bool>("ends");

    const auto row = [](const char *capture, const QByteArray &secret, bool ends) {
        QTest::newRow(capture) << QString::fromLatin1(capture) << secret << ends;
    };
    row("accepted-inband", "s3cret", false);
    row("accepted-reconnect", "s3cret", false);
    row("mixed-ok-invalid", "s3cret", false);
    row("reject-bad-secret", "guess", true);
    row("reject-bad-secret-reconnect", "guess", true);
    row("reject-unknown-kite", "s3cret", true);
    row("reject-port", "s3cret", true);
    row("reject-proto", "s3cret", true);
    row("reject-duplicate", "s3cret", true);
}

void TestRecordedHandshakes::recorded()
{
    QFETCH(const QString, capture);
    QFETCH(const QByteArray, secret);
    QFETCH(const bool, ends);

    const auto document
        = readVectors(QStringLiteral(KITE_TEST_DATA "/captures/%1.json").arg(capture)).object();
    auto options = relayOptions();
    options.protocols = {};
    for (const auto protocol : document[QLatin1String("protocols")].toArray())
        options.protocols << fromText(protocol);
    options.rawPorts = {};
    for (const auto port : document[QLatin1String("rawPorts")].toArray())
        options.rawPorts << fromText(port);
    options.accounts = {{{"*"}, "kite.test", secrets::Secret("s3cret")}};
    options.motd = fromText(document[QLatin1String("motd")]);
    RelayFixture relay(options);
    const auto holder = relay.connector();
    if (capture == QLatin1String("reject-duplicate")) {
        QVERIFY(holder->fly({"http:kite.test"}));
        holder->showLife();
    }

    Replay replay(relay, secret);
    for (const auto event : document[QLatin1String("events")].toArray()) {
        const auto what = event[QLatin1String("dir")].toString();
        const auto bytes = fromHex(event[QLatin1String("hex")]);
        if (what == QLatin1String("open"))
            replay.open();
        else if (what == QLatin1String("c2s"))
            replay.send(bytes);
        else if (what == QLatin1String("s2c"))
            QCOMPARE(comparable(replay.read(bytes)), comparable(bytes));
    }
    if (ends)
        QVERIFY(replay.isClosedByRelay());
}

QTEST_GUILESS_MAIN(TestRecordedHandshakes)
#include "tst_recordedhandshakes.moc"
