#include <QTest>

#include "kitecore/share/listing.h"

using namespace kite;
using namespace kite::share;
using Kind = OpenFile::Kind;
using std::chrono::seconds;

namespace {

FolderContent someContent()
{
    FolderContent content;
    const auto add = [&](const QByteArray &name, Kind kind, quint64 size, qint64 modified) {
        content.entries.push_back({name, kind, size, seconds {modified}});
    };
    add("img10.png", Kind::File, 5, 300);
    add("zoo", Kind::Folder, 0, 100);
    add("img2.png", Kind::File, 2'345'678, 200);
    add("Album", Kind::Folder, 0, 900);
    add("IMG1.png", Kind::File, 999, 400);
    return content;
}

/// The links of a page's rows, in order.
QByteArrayList linksOf(const QByteArray &page)
{
    QByteArrayList links;
    for (auto at = page.indexOf("<td><a href=\""); at >= 0;
         at = page.indexOf("<td><a href=\"", at + 1))
        links << page.mid(at + 13, page.indexOf('"', at + 13) - at - 13);
    return links;
}

http::TargetPath pathOf(const QByteArray &target)
{
    return *http::parseTarget(target);
}

} // namespace

class TestListing : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sorts_data()
    {
        QTest::addColumn<QByteArray>("query");
        QTest::addColumn<QByteArrayList>("links");

        const QByteArrayList byName {"Album/", "zoo/", "IMG1.png", "img2.png", "img10.png"};
        QTest::newRow("as it is") << QByteArray() << byName;
        QTest::newRow("by name") << QByteArray("sort=name&order=up") << byName;
        QTest::newRow("by name, down")
            << QByteArray("sort=name&order=down")
            << QByteArrayList {"zoo/", "Album/", "img10.png", "img2.png", "IMG1.png"};
        QTest::newRow("by size") << QByteArray(
            "sort=size") << QByteArrayList {"Album/", "zoo/", "img10.png", "IMG1.png", "img2.png"};
        QTest::newRow("by size, down")
            << QByteArray("order=down&sort=size")
            << QByteArrayList {"zoo/", "Album/", "img2.png", "IMG1.png", "img10.png"};
        QTest::newRow("by date") << QByteArray(
            "sort=date") << QByteArrayList {"zoo/", "Album/", "img2.png", "img10.png", "IMG1.png"};
        QTest::newRow("by date, down")
            << QByteArray("sort=date&order=down")
            << QByteArrayList {"Album/", "zoo/", "IMG1.png", "img10.png", "img2.png"};
        QTest::newRow("nonsense") << QByteArray("sort=%&order=<script>") << byName;
    }

    void sorts()
    {
        QFETCH(QByteArray, query);
        QFETCH(QByteArrayList, links);

        const auto page = listingDocument(someContent(), pathOf("/"),
                                          ListingOrder::fromQuery(query), "kite.example");
        QCOMPARE(linksOf(page), links);
        QVERIFY(!page.contains("<script>"));
    }

    void sortsAsPeopleDo_data()
    {
        QTest::addColumn<QString>("before");
        QTest::addColumn<QString>("after");

        const auto row = [](const char *before, const char *after) {
            QTest::addRow("%s < %s", before, after)
                << QString::fromUtf8(before) << QString::fromUtf8(after);
        };
        row("a", "b");
        row("a", "B");
        row("A", "b");
        row("", "a");
        row("a", "aa");
        row("2", "10");
        row("a2b", "a10b");
        row("a2b10", "a2b11");
        row("a9", "aa");
        row("007", "8");
        row("99999999999999999998", "99999999999999999999");
        row("9", "99999999999999999999");
        row("A", "a");
        row("01", "1");
    }

    void sortsAsPeopleDo()
    {
        QFETCH(QString, before);
        QFETCH(QString, after);

        QVERIFY(sortsBefore(before, after));
        QVERIFY(!sortsBefore(after, before));
        QVERIFY(!sortsBefore(before, before));
    }

    void showsSizesAndDates()
    {
        const auto page = listingDocument(someContent(), pathOf("/"), {}, "kite.example");
        QVERIFY(page.contains(">2.3 MB</td>"));
        QVERIFY(page.contains(">5 bytes</td>"));
        QVERIFY(page.contains("<time datetime=\"1970-01-01T00:06Z\">1970-01-01"));
        QVERIFY(page.contains("<title>kite.example</title>"));
    }

    void columnsTurnAround()
    {
        const auto up = listingDocument(someContent(), pathOf("/"), {}, "k");
        QVERIFY(up.contains("aria-sort=\"ascending\"><a href=\"?sort=name&amp;order=down\">"));
        QVERIFY(up.contains("<a href=\"?sort=size&amp;order=up\">"));
        const auto down
            = listingDocument(someContent(), pathOf("/"), {ListingOrder::By::Date, true}, "k");
        QVERIFY(down.contains("aria-sort=\"descending\"><a href=\"?sort=date&amp;order=up\">"));
        QCOMPARE(down.count("aria-sort"), 1);
    }

    void knowsTheWayUp()
    {
        const auto top = listingDocument({}, pathOf("/"), {}, "k.example");
        QVERIFY(top.contains("<h1><bdi>k.example</bdi></h1>"));
        QVERIFY(!top.contains("../"));
        const auto deep = listingDocument({}, pathOf("/a%3C/b/"), {}, "k.example");
        QVERIFY(deep.contains("<h1><a href=\"../../\"><bdi>k.example</bdi></a> / "
                              "<a href=\"../\"><bdi>a&lt;</bdi></a> / <bdi>b</bdi></h1>"));
        QCOMPARE(linksOf(deep), QByteArrayList {"../"});
    }

    void saysWhatIsMissing()
    {
        QVERIFY(listingDocument({}, pathOf("/"), {}, "k").contains("This folder is empty."));
        auto content = someContent();
        QVERIFY(!listingDocument(content, pathOf("/"), {}, "k").contains("empty"));
        content.isComplete = false;
        QVERIFY(listingDocument(content, pathOf("/"), {}, "k").contains("more files"));
    }

    void letsNoNameOut()
    {
        FolderContent content;
        content.entries.push_back({"\"><script>'&\n\x1b\xff", Kind::File, 1, seconds {0}});
        const auto page = listingDocument(content, pathOf("/"), {}, "<i>");
        QVERIFY(!page.contains("<script>"));
        QVERIFY(!page.contains("<i>"));
        QVERIFY(!page.contains('\x1b'));
        QVERIFY(page.isValidUtf8());
        QCOMPARE(linksOf(page), QByteArrayList {"%22%3E%3Cscript%3E%27%26%0A%1B%FF"});
    }

    void showsNamesInTheirOrder()
    {
        FolderContent content;
        content.entries.push_back({"photo\u202egpj.exe", Kind::File, 1, seconds {0}});
        const auto page = listingDocument(content, pathOf("/"), {}, "k");
        QVERIFY(page.contains("<bdi>photo\uFFFDgpj.exe</bdi>"));
    }

    void takesAnyDate()
    {
        for (const qint64 moment : {std::numeric_limits<qint64>::min() / 2, qint64(-1),
                                    std::numeric_limits<qint64>::max() / 2}) {
            FolderContent content;
            content.entries.push_back({"a", Kind::File, 1, seconds {moment}});
            QVERIFY(listingDocument(content, pathOf("/"), {}, "k").contains("class=\"when\""));
        }
    }
};

QTEST_APPLESS_MAIN(TestListing)
#include "tst_listing.moc"
