#include <QCryptographicHash>
#include <QTest>

#include "kitecore/wire/chunkdecoder.h"
#include "kitecore/wire/greeting.h"
#include "tests/support/slicing.h"
#include "tests/support/vectors.h"

using namespace kite;
using namespace kite::test;
using kite::wire::ChunkDecoder;
using kite::wire::Verdict;

namespace {

/// One direction of one recorded connection, up to the first read that was left out.
QByteArray recorded(const QString &capture, int connection, const QString &direction)
{
    const QString omitted
        = direction == QLatin1String("c2s") ? QStringLiteral(">") : QStringLiteral("<");
    const auto document
        = readVectors(QStringLiteral(KITE_TEST_DATA "/captures/%1.json").arg(capture));
    QByteArray bytes;
    for (const auto &value : document[u"events"].toArray()) {
        const auto event = value.toObject();
        if (event[u"conn"].toInt() != connection)
            continue;
        if (event[u"dir"].toString() == omitted)
            break;
        if (event[u"dir"].toString() == direction)
            bytes += fromHex(event[u"hex"]);
    }
    return bytes;
}

QByteArray describe(const wire::Greeting &greeting)
{
    const auto signedKites = std::ranges::count_if(
        greeting.kites, [](const auto &asked) { return !asked.relaySalt.isEmpty(); });
    return "asks=" + QByteArray::number(greeting.kites.size())
        + " signed=" + QByteArray::number(qint64(signedKites));
}

QByteArray describe(const std::vector<Verdict> &verdicts)
{
    QByteArray text = "verdicts=";
    for (const Verdict &verdict : verdicts) {
        text += "?+s2-"[int(verdict.kind)];
        if (verdict.kind == Verdict::Kind::Invalid)
            text += verdict.detail;
    }
    return text;
}

/// Counts what a link carried.
class Tally
{
public:
    void add(const wire::ChunkHead &head)
    {
        m_isData = head.carriesData();
        ++m_chunks;
        m_opens += head.opensStream();
        m_ends += head.end.has_value();
        m_progress += head.writtenKib.has_value();
        m_pings += head.ping.has_value();
        m_pongs += head.pong.has_value();
        const auto asked = wire::greetingFromChunk(head);
        const auto said = wire::replyFromChunk(head);
        QVERIFY(asked && said);
        if (!asked->kites.empty())
            m_inBand += " in-band " + describe(*asked);
        if (!said->verdicts.empty())
            m_inBand += " in-band " + describe(said->verdicts);
    }

    void add(QByteArrayView data)
    {
        if (!m_isData)
            return;
        m_dataBytes += data.size();
        m_hash.addData(data);
    }

    QByteArray text() const
    {
        return QStringLiteral("chunks=%1 opens=%2 data=%3 ends=%4 skb=%5 pings=%6 pongs=%7 sha1=%8")
                   .arg(m_chunks)
                   .arg(m_opens)
                   .arg(m_dataBytes)
                   .arg(m_ends)
                   .arg(m_progress)
                   .arg(m_pings)
                   .arg(m_pongs)
                   .arg(QLatin1String(m_hash.result().toHex().left(8)))
                   .toLatin1()
            + m_inBand;
    }

private:
    int m_chunks = 0;
    int m_opens = 0;
    int m_ends = 0;
    int m_progress = 0;
    int m_pings = 0;
    int m_pongs = 0;
    qsizetype m_dataBytes = 0;
    bool m_isData = false;
    QByteArray m_inBand;
    QCryptographicHash m_hash {QCryptographicHash::Sha1};
};

} // namespace

/// Links as deployed programs really spoke them. What each should carry was counted by another
/// program than this one.
class TestCaptures : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void replays_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<bool>("fromConnector");
        QTest::addColumn<QByteArray>("greeting");
        QTest::addColumn<QByteArray>("chunks");
        QTest::addColumn<bool>("complete");

        const auto rows = readVectors(QStringLiteral(KITE_TEST_DATA "/captures.json"));
        for (const auto &value : rows.array()) {
            const auto row = value.toObject();
            const auto capture = row[u"capture"].toString();
            const auto direction = row[u"direction"].toString();
            const int connection = row[u"connection"].toInt();
            QTest::addRow("%s %d %s", qPrintable(capture), connection, qPrintable(direction))
                << recorded(capture, connection, direction) << (direction == QLatin1String("c2s"))
                << fromText(row[u"greeting"]) << fromText(row[u"chunks"])
                << row[u"complete"].toBool();
        }
    }

    void replays()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(bool, fromConnector);
        QFETCH(QByteArray, greeting);
        QFETCH(QByteArray, chunks);
        QFETCH(bool, complete);

        const auto headEnd = bytes.indexOf("\r\n\r\n") + 4;
        const auto head = QByteArrayView(bytes).first(headEnd);
        QCOMPARE(fromConnector ? asked(head) : said(head), greeting);

        const auto rest = QByteArrayView(bytes).sliced(headEnd);
        forEachSlicing(rest.size(),
                       [&](qsizetype slice) { carries(rest, slice, chunks, complete); });
    }

private:
    static QByteArray asked(QByteArrayView head)
    {
        const auto greeting = wire::parseGreeting(head);
        if (!greeting)
            return "refused";
        return describe(*greeting) + " replaces=" + (greeting->replaces.isEmpty() ? '0' : '1')
            + " z=" + (greeting->features.compression ? '1' : '0');
    }

    static QByteArray said(QByteArrayView head)
    {
        const auto reply = wire::parseReply(head);
        if (!reply || reply->sessionId.isEmpty() || reply->ports.size() != 1)
            return "refused";
        return describe(reply->verdicts);
    }

    static void carries(QByteArrayView wire, qsizetype slice, const QByteArray &chunks,
                        bool complete)
    {
        ChunkDecoder decoder;
        Tally tally;
        auto last = ChunkDecoder::What::End;
        inSlices(wire, slice, [&](QByteArrayView part) {
            while (true) {
                const auto what = decoder.next(part);
                QVERIFY(what);
                if (*what == ChunkDecoder::What::NeedMore)
                    return;
                last = *what;
                if (last == ChunkDecoder::What::Head)
                    tally.add(decoder.head());
                else if (last == ChunkDecoder::What::Data)
                    tally.add(decoder.data());
            }
        });
        QCOMPARE(tally.text(), chunks);
        QCOMPARE(last == ChunkDecoder::What::End, complete);
    }
};

QTEST_APPLESS_MAIN(TestCaptures)
#include "tst_captures.moc"
