#include "kitecore/tunnel/pinganswer.h"

#include <QTest>

#include "tests/support/slicing.h"

using namespace kite;
using tunnel::PingAnswer;
using tunnel::PingError;

class TestPingAnswer final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void asksWithinTheFirst64Bytes()
    {
        QVERIFY(PingAnswer::question().size() <= 64);
        QCOMPARE(PingAnswer::question(),
                 QByteArray("HEAD /ping HTTP/1.1\r\nHost: ping.pagekite\r\n\r\n"));
    }

    void reads_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<QByteArray>("uuid");
        QTest::addColumn<bool>("overloaded");
        QTest::addColumn<QByteArray>("hints");

        const QByteArray begin = "HTTP/1.1 503 Unavailable\r\n";
        const QByteArray uuid(40, 'a');
        QTest::newRow("as deployed")
            << begin + "X-PageKite-UUID: " + uuid + "\r\nContent-Type: text/html\r\n\r\n<html>"
            << uuid << false << QByteArray();
        QTest::newRow("overloaded")
            << begin + "X-PageKite-Overloaded: Sorry\r\nX-PageKite-UUID: " + uuid + "\r\n\r\n"
            << uuid << true << QByteArray();
        QTest::newRow("bare") << begin + "\r\n" << QByteArray() << false << QByteArray();
        QTest::newRow("no identity that could be one")
            << begin + "X-PageKite-UUID: <script>\r\n\r\n"
            << QByteArray() << false << QByteArray();
        QTest::newRow("an endless identity")
            << begin + "X-PageKite-UUID: " + QByteArray(65, 'a') + "\r\n\r\n"
            << QByteArray() << false << QByteArray();
        QTest::newRow("hints") << begin
                + "X-DNS: Pool.Test 192.0.2.1,192.0.2.2\r\nX-DNS: b.test 2001:db8::1\r\n\r\n"
                               << QByteArray() << false
                               << QByteArray("pool.test=192.0.2.1,192.0.2.2 b.test=2001:db8::1");
        QTest::newRow("hints that are none")
            << begin + "X-DNS: pool.test\r\nX-DNS: a.test x,y\r\nX-DNS: b.test x,192.0.2.1\r\n\r\n"
            << QByteArray() << false << QByteArray("b.test=192.0.2.1");
        QTest::newRow("too many hints")
            << begin + QByteArray("X-DNS: a.test 192.0.2.1\r\n").repeated(9) + "\r\n"
            << QByteArray() << false << QByteArray("a.test=192.0.2.1 ").repeated(8).trimmed();
    }
    void reads()
    {
        QFETCH(QByteArray, answer);
        test::forEachSlicing(answer.size(), [&](qsizetype slice) {
            QByteArray got;
            std::optional<PingAnswer> read;
            test::inSlices(answer, slice, [&](QByteArrayView part) {
                if (read)
                    return;
                got += part;
                const auto result = PingAnswer::parse(got, false);
                QVERIFY(result);
                read = *result;
            });
            QVERIFY(read);
            QTEST(read->uuid, "uuid");
            QTEST(read->overloaded, "overloaded");
            QTEST(spelled(*read), "hints");
        });
    }

    void takesWhatIsThereAtTheEnd()
    {
        const auto read
            = PingAnswer::parse("HTTP/1.1 503 Unavailable\r\nX-PageKite-UUID: ab", true);
        QVERIFY(read && *read);
        QCOMPARE((*read)->uuid, QByteArray("ab"));
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<bool>("ended");
        QTest::addColumn<PingError>("error");

        QTest::newRow("a page") << QByteArray("HTTP/1.1 200 OK\r\n\r\n") << false
                                << PingError::NotARelay;
        QTest::newRow("another protocol") << QByteArray("SSH-2.0") << false << PingError::NotARelay;
        QTest::newRow("nothing") << QByteArray() << true << PingError::NotARelay;
        QTest::newRow("less than a line")
            << QByteArray("HTTP/1.1 503") << true << PingError::NotARelay;
        QTest::newRow("endless") << QByteArray("HTTP/1.1 503 Unavailable\r\nX: ")
                + QByteArray(8 * 1024, 'x')
                                 << false << PingError::TooLong;
    }
    void refuses()
    {
        QFETCH(QByteArray, answer);
        QFETCH(bool, ended);
        const auto read = PingAnswer::parse(answer, ended);
        QVERIFY(!read);
        QTEST(read.error(), "error");
    }

private:
    static QByteArray spelled(const PingAnswer &answer)
    {
        QByteArrayList hints;
        for (const auto &hint : answer.hints) {
            QByteArrayList addresses;
            for (const auto &address : hint.addresses)
                addresses << address.toString().toLatin1();
            hints << hint.name + '=' + addresses.join(',');
        }
        return hints.join(' ');
    }
};

QTEST_APPLESS_MAIN(TestPingAnswer)
#include "tst_pinganswer.moc"
