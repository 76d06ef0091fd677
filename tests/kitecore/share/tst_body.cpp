#include <unistd.h>

#include <QTest>

#include "kitecore/share/body.h"
#include "tests/support/sharedfolder.h"

using namespace kite;
using namespace kite::share;
using kite::test::SharedFolder;

namespace {

OpenFile opened(const SharedFolder &site, const QByteArray &name)
{
    auto file = OpenFile::openPath(QFile::decodeName(site.file(name)));
    if (!file)
        qFatal("cannot open %s", name.constData());
    return std::move(file).value();
}

} // namespace

class TestBody : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// However little is taken at a time, the same bytes come out.
    void givesTextAndRangesInOrder()
    {
        const SharedFolder site;
        site.write("file", "0123456789");
        const QByteArray expected = "head,345-012tail";
        for (std::size_t room = 1; room <= 20; ++room) {
            for (qsizetype taken = 1; taken <= 20; ++taken) {
                Body body;
                body.setFile(opened(site, "file"));
                body.addText("head,");
                body.addRange({3, 3});
                body.addText("");
                body.addText("-");
                body.addRange({0, 3});
                body.addRange({9, 0});
                body.addText("tail");
                QCOMPARE(body.bytesLeft(), quint64(expected.size()));
                QByteArray seen;
                std::vector<char> buffer(room);
                while (!body.isEmpty()) {
                    std::vector<QByteArrayView> parts;
                    QVERIFY(body.gather(buffer, parts));
                    QByteArray bytes;
                    for (const auto part : parts)
                        bytes += part;
                    QVERIFY(!bytes.isEmpty() && bytes.size() <= qsizetype(room));
                    bytes.truncate(taken);
                    seen += bytes;
                    body.consume(quint64(bytes.size()));
                }
                QCOMPARE(seen, expected);
            }
        }
    }

    void tellsARangeInFront()
    {
        const SharedFolder site;
        site.write("file", "0123456789");
        Body body;
        QCOMPARE(body.rangeInFront(), 0U);
        body.setFile(opened(site, "file"));
        body.addText("x");
        body.addRange({2, 5});
        QCOMPARE(body.rangeInFront(), 0U);
        body.consume(1);
        QCOMPARE(body.rangeInFront(), 5U);
        QCOMPARE(body.offsetInFront(), 2U);
        body.consume(2);
        QCOMPARE(body.rangeInFront(), 3U);
        QCOMPARE(body.offsetInFront(), 4U);
        body.consume(3);
        QVERIFY(body.isEmpty());
        QCOMPARE(body.rangeInFront(), 0U);
    }

    void givesNothingOfAChangedFile()
    {
        const SharedFolder site;
        site.write("file", "0123456789");
        Body body;
        body.setFile(opened(site, "file"));
        body.addRange({0, 10});
        std::array<char, 4> buffer {};
        std::vector<QByteArrayView> parts;
        QVERIFY(body.gather(buffer, parts));
        QCOMPARE(::truncate(site.file("file").constData(), 6), 0);
        QVERIFY(!body.gather(buffer, parts)); // these bytes are still there, and may be others
        body.consume(4);
        QVERIFY(!body.gather(buffer, parts)); // these are cut short
    }
};

QTEST_APPLESS_MAIN(TestBody)
#include "tst_body.moc"
