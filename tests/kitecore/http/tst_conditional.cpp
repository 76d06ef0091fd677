#include <QTest>

#include "kitecore/http/conditional.h"

using namespace kite::http;
using std::chrono::seconds;

Q_DECLARE_METATYPE(kite::http::Precondition)

namespace {

const seconds now {1'700'000'000};
const QByteArray before = "Sun, 06 Nov 1994 08:49:36 GMT";
const QByteArray same = "Sun, 06 Nov 1994 08:49:37 GMT";
const QByteArray after = "Sun, 06 Nov 1994 08:49:38 GMT";
const Validators current {"\"now\"", seconds {784'111'777}};

RequestHead asking(const QByteArray &method, const QByteArray &headers)
{
    return **parseRequestHead(method + " / HTTP/1.1\r\n" + headers + "\r\n");
}

} // namespace

class TestConditional : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void evaluates_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<QByteArray>("headers");
        QTest::addColumn<Precondition>("expected");

        const auto row = [](const char *name, const QByteArray &headers, Precondition expected,
                            const QByteArray &method = "GET") {
            QTest::newRow(name) << method << headers << expected;
        };
        using enum Precondition;
        row("none", "", Proceed);
        row("known tag", "If-None-Match: \"now\"\r\n", NotModified);
        row("known tag, HEAD", "If-None-Match: \"now\"\r\n", NotModified, "HEAD");
        row("known tag, weak", "If-None-Match: W/\"now\"\r\n", NotModified);
        row("known tag in a list", "If-None-Match: \"a,b\", \"now\"\r\n", NotModified);
        row("known tag in a second header", "If-None-Match: \"a\"\r\nIf-None-Match: \"now\"\r\n",
            NotModified);
        row("any", "If-None-Match: *\r\n", NotModified);
        row("any, POST", "If-None-Match: *\r\n", Failed, "POST");
        row("other tag", "If-None-Match: \"then\"\r\n", Proceed);
        row("tag without quotes", "If-None-Match: now\r\n", Proceed);
        row("tag in another case", "If-None-Match: \"NOW\"\r\n", Proceed);
        row("other tag beats known date",
            "If-None-Match: \"then\"\r\nIf-Modified-Since: " + after + "\r\n", Proceed);
        row("unmodified since", "If-Modified-Since: " + same + "\r\n", NotModified);
        row("unmodified for long", "If-Modified-Since: " + after + "\r\n", NotModified);
        row("modified since", "If-Modified-Since: " + before + "\r\n", Proceed);
        row("asctime date", "If-Modified-Since: Sun Nov  6 08:49:37 1994\r\n", NotModified);
        row("no date", "If-Modified-Since: yesterday\r\n", Proceed);
        row("unmodified since, POST", "If-Modified-Since: " + same + "\r\n", Proceed, "POST");
        row("must match, does", "If-Match: \"then\", \"now\"\r\n", Proceed);
        row("must match, does not", "If-Match: \"then\"\r\n", Failed);
        row("must match, weak never does", "If-Match: W/\"now\"\r\n", Failed);
        row("must match anything", "If-Match: *\r\n", Proceed);
        row("must match and is known", "If-Match: \"now\"\r\nIf-None-Match: \"now\"\r\n",
            NotModified);
        row("must be unmodified, is", "If-Unmodified-Since: " + same + "\r\n", Proceed);
        row("must be unmodified, is not", "If-Unmodified-Since: " + before + "\r\n", Failed);
        row("must be unmodified, no date", "If-Unmodified-Since: never\r\n", Proceed);
        row("tag beats date", "If-Match: \"now\"\r\nIf-Unmodified-Since: " + before + "\r\n",
            Proceed);
    }

    void evaluates()
    {
        QFETCH(QByteArray, method);
        QFETCH(QByteArray, headers);
        QFETCH(Precondition, expected);

        QCOMPARE(evaluateConditions(asking(method, headers), current, now), expected);
    }

    void weakTagNeverMatchesStrongly()
    {
        const Validators weak {"W/\"now\"", seconds {784'111'777}};
        const auto known = asking("GET", "If-None-Match: \"now\"\r\n");
        QCOMPARE(evaluateConditions(known, weak, now), Precondition::NotModified);
        const auto must = asking("GET", "If-Match: W/\"now\"\r\n");
        QCOMPARE(evaluateConditions(must, weak, now), Precondition::Failed);
    }

    void judgesIfRange_data()
    {
        QTest::addColumn<QByteArray>("headers");
        QTest::addColumn<bool>("counts");

        QTest::newRow("none") << QByteArray() << true;
        QTest::newRow("same tag") << QByteArray("If-Range: \"now\"\r\n") << true;
        QTest::newRow("weak tag") << QByteArray("If-Range: W/\"now\"\r\n") << false;
        QTest::newRow("other tag") << QByteArray("If-Range: \"then\"\r\n") << false;
        QTest::newRow("same date") << "If-Range: " + same + "\r\n" << true;
        QTest::newRow("later date") << "If-Range: " + after + "\r\n" << false;
        QTest::newRow("earlier date") << "If-Range: " + before + "\r\n" << false;
        QTest::newRow("garbage") << QByteArray("If-Range: x\r\n") << false;
    }

    void judgesIfRange()
    {
        QFETCH(QByteArray, headers);
        QFETCH(bool, counts);

        QCOMPARE(rangeCounts(asking("GET", headers), current, now), counts);
    }

    void aDateOfThisSecondIsNoStrongValidator()
    {
        const auto head = asking("GET", "If-Range: " + same + "\r\n");
        QVERIFY(!rangeCounts(head, current, current.modified));
        QVERIFY(rangeCounts(head, current, current.modified + seconds {1}));
    }
};

QTEST_APPLESS_MAIN(TestConditional)
#include "tst_conditional.moc"
