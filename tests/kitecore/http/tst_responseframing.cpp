#include <QTest>

#include "kitecore/http/responseframing.h"
#include "tests/support/slicing.h"

using namespace kite;
using namespace kite::http;
using Asked = ResponseFraming::Asked;
using Flow = ResponseFraming::Flow;

Q_DECLARE_METATYPE(kite::http::ResponseFraming::Flow)

namespace {

/// As whoever sends bodies past us does: at most `slice` bytes of them at a time, of all else one.
void passWithSkips(ResponseFraming &answers, QByteArrayView wire, qsizetype slice)
{
    while (!wire.isEmpty()) {
        const auto most = std::min(quint64(std::min(slice, wire.size())), answers.unwatched());
        if (most > 0)
            answers.skip(most);
        else
            answers.pass(wire.first(1));
        wire = wire.sliced(std::max(qsizetype(most), qsizetype(1)));
    }
}

} // namespace

class TestResponseFraming : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void follows_data()
    {
        QTest::addColumn<QByteArray>("asked"); // P plainly, H head, S switch
        QTest::addColumn<QByteArray>("wire");
        QTest::addColumn<int>("unanswered");
        QTest::addColumn<bool>("between");
        QTest::addColumn<Flow>("flow");
        const auto row = [](const char *name, const QByteArray &asked, const QByteArray &wire,
                            int unanswered, bool between = true, Flow flow = Flow::Framed) {
            QTest::newRow(name) << asked << wire << unanswered << between << flow;
        };
        const QByteArray five = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcde";
        const QByteArray chunks = "HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, Chunked\r\n\r\n";
        row("one", "P", five, 0);
        row("two of three", "PPP", five + five, 1);
        row("within a body", "P", five.chopped(1), 1, false);
        row("within a head", "P", five.first(20), 1, false);
        row("within a status line", "P", "H", 1, false);
        row("no length is 0", "P", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 0);
        row("LF only", "PP", "HTTP/1.0 200\nContent-Length: 1\n\nx" + five, 0);
        row("HEAD has no body", "HP", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" + five, 0);
        row("HEAD with coding", "HP", chunks + five, 0);
        row("no content", "PP", "HTTP/1.1 204 No Content\r\n\r\n" + five, 0);
        row("not modified", "PP", "HTTP/1.1 304 x\r\nContent-Length: 5\r\n\r\n" + five, 0);
        row("interim", "P", "HTTP/1.1 100 Continue\r\n\r\n", 1);
        row("interim, then final", "P",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: x\r\n\r\n" + five, 0);
        row("chunked", "PP", chunks + "5\r\nabcde\r\n0\r\n\r\n" + five, 0);
        row("chunked with trailers", "PP",
            chunks + "a;x=y\r\n0123456789\r\n0\r\nA: b\r\nC: d\r\n\r\n" + five, 0);
        row("within a chunk", "P", chunks + "5\r\nabc", 1, false);
        row("behind the last chunk", "P", chunks + "0\r\n", 1, false);
        row("coding goes before length", "PP",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                + five,
            0);
        row("not asked for", "", "HTTP/1.1 408 Late\r\nContent-Length: 0\r\n\r\n", 0);
        row("up to the end", "PP", "HTTP/1.1 200 OK\r\n\r\n" + five, 2, false, Flow::ToTheEnd);
        row("unknown coding", "P", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", 1, false,
            Flow::ToTheEnd);
        row("no HTTP", "P", "<html>\n", 1, true, Flow::ToTheEnd);
        row("bad chunk", "P", chunks + "x\r\n", 1, false, Flow::ToTheEnd);
        row("switch", "S", "HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\n\r\n\x81\x05Hello", 1,
            false, Flow::Switched);
        row("switch behind others", "PPS", five + five + "HTTP/1.1 101 x\r\n\r\n", 1, false,
            Flow::Switched);
        row("switch refused", "SP", five + five, 0);
        row("switch nobody asked for", "P", "HTTP/1.1 101 x\r\n\r\n", 1, false, Flow::Broken);
        row("switch too early", "PS", "HTTP/1.1 101 x\r\n\r\n", 2, false, Flow::Broken);
    }

    void follows()
    {
        QFETCH(QByteArray, asked);
        QFETCH(QByteArray, wire);
        QFETCH(int, unanswered);
        QFETCH(bool, between);
        QFETCH(Flow, flow);
        const auto check = [&](const auto &feed) {
            ResponseFraming answers;
            for (const char what : asked)
                answers.asked(what == 'H'       ? Asked::Head
                                  : what == 'S' ? Asked::Switch
                                                : Asked::Plainly);
            feed(answers);
            QCOMPARE(answers.unanswered(), unanswered);
            QCOMPARE(answers.flow(), flow);
            QCOMPARE(answers.isBetweenAnswers(), between);
        };
        test::forEachSlicing(wire.size(), [&](qsizetype slice) {
            check([&](ResponseFraming &answers) {
                test::inSlices(wire, slice, [&](QByteArrayView part) { answers.pass(part); });
            });
            check([&](ResponseFraming &answers) { passWithSkips(answers, wire, slice); });
        });
    }

    void tellsWhatNeedsNoLook()
    {
        ResponseFraming answers;
        answers.asked(Asked::Plainly);
        answers.pass("HTTP/1.1 200 x\r\nContent-Length: 7\r\n");
        QCOMPARE(answers.unwatched(), 0U);
        answers.pass("\r\nab");
        QCOMPARE(answers.unwatched(), 5U);
        answers.skip(5);
        QCOMPARE(answers.unwatched(), 0U);
        QCOMPARE(answers.unanswered(), 0);
        answers.asked(Asked::Plainly);
        answers.pass("HTTP/1.1 200 x\r\n\r\n");
        QVERIFY(answers.unwatched() > quint64(std::numeric_limits<qsizetype>::max()));
    }

    void tellsWhenASwitchIsDecided()
    {
        ResponseFraming answers;
        answers.asked(Asked::Plainly);
        answers.asked(Asked::Switch);
        QVERIFY(answers.awaitsSwitch());
        answers.pass("HTTP/1.1 204 x\r\n\r\nHTTP/1.1 426 x\r\nContent-Length: 3\r\n");
        QVERIFY(answers.awaitsSwitch());
        answers.pass("\r\n");
        QVERIFY(!answers.awaitsSwitch());
        QCOMPARE(answers.unanswered(), 1);
    }

    void takesManyAtOnce()
    {
        ResponseFraming answers;
        for (int n = 0; n < ResponseFraming::maxUnanswered; ++n)
            answers.asked(n % 2 == 1 ? Asked::Head : Asked::Plainly);
        for (int n = 0; n < ResponseFraming::maxUnanswered; ++n)
            answers.pass(n % 2 == 1 ? "HTTP/1.1 200 x\r\nContent-Length: 9\r\n\r\n"
                                    : "HTTP/1.1 200 x\r\nContent-Length: 1\r\n\r\nx");
        QCOMPARE(answers.unanswered(), 0);
    }
};

QTEST_APPLESS_MAIN(TestResponseFraming)
#include "tst_responseframing.moc"
