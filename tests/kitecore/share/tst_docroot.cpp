#include <algorithm>

#include <sys/stat.h>
#include <unistd.h>

#include <QTest>

#include "kitecore/share/docroot.h"
#include "tests/support/sharedfolder.h"

using namespace kite;
using namespace kite::share;
using kite::test::SharedFolder;

namespace {

using Segments = std::vector<QByteArray>;

QByteArrayList namesIn(const Result<FolderContent, OpenError> &content)
{
    QByteArrayList names;
    for (const auto &entry : content->entries)
        names << entry.name + (entry.kind == OpenFile::Kind::Folder ? "/" : "");
    std::ranges::sort(names);
    return names;
}

} // namespace

class TestDocRoot : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsAFile()
    {
        const SharedFolder site;
        site.write("a/b", "0123456789");
        const DocRoot root(site.path());
        auto found = root.open(Segments {"a", "b"});
        QVERIFY(found);
        OpenFile file = std::move(found).value();
        QVERIFY(file.kind() == OpenFile::Kind::File);
        QCOMPARE(file.state().size, 10U);
        file.rememberEnds();
        std::array<char, 4> buffer {};
        QCOMPARE(file.read(7, buffer), 3);
        QCOMPARE(QByteArray(buffer.data(), 3), "789");
        QCOMPARE(file.read(10, buffer), 0);
        QVERIFY(file.isKept());
        QCOMPARE(::truncate(site.file("a/b").constData(), 15), 0);
        QVERIFY(file.isKept()); // it only grew
        QCOMPARE(::truncate(site.file("a/b").constData(), 5), 0);
        QVERIFY(!file.isKept());
    }

    void tellsWhyNot()
    {
        const SharedFolder site;
        const DocRoot root(site.path());
        QCOMPARE(int(root.open(Segments {"missing"}).error()), int(OpenError::Missing));
        QCOMPARE(int(root.open(Segments {QByteArray(300, 'x')}).error()), int(OpenError::Missing));
        QCOMPARE(int(root.content(Segments {"missing"}).error()), int(OpenError::Missing));
        site.write("file", "x");
        QCOMPARE(int(root.content(Segments {"file"}).error()), int(OpenError::Missing));
    }

    void listsWhatCanBeOpened()
    {
        const SharedFolder site;
        site.write("file", "12345");
        site.write(".hidden", "");
        site.write("folder/x", "");
        site.write("back\\slash", "");
        site.link("link", "file");
        site.link("link-to-folder", "folder");
        site.link("out", "../secret.txt");
        site.link("dangling", "missing");
        site.link("zero", "/dev/zero");
        QCOMPARE(::mkfifo(site.file("pipe").constData(), 0644), 0);
        const DocRoot root(site.path());
        const auto content = root.content(Segments {});
        QVERIFY(content);
        QVERIFY(content->isComplete);
        QCOMPARE(namesIn(content),
                 (QByteArrayList {".hidden", "file", "folder/", "link", "link-to-folder/"}));
        for (const auto &entry : content->entries) {
            const bool hasFive = entry.name == "file" || entry.name == "link";
            QCOMPARE(entry.size, hasFive ? 5U : 0U);
            QVERIFY(entry.modified.count() > 0);
        }
    }

    void listsNoMoreThanAPageCanHold()
    {
        const SharedFolder site;
        for (qsizetype n = 0; n <= DocRoot::maxEntries; ++n)
            site.link(QByteArray::number(n), ".");
        const DocRoot root(site.path());
        const auto content = root.content(Segments {});
        QVERIFY(content);
        QCOMPARE(qsizetype(content->entries.size()), DocRoot::maxEntries);
        QVERIFY(!content->isComplete);
    }

    /// A link that the user shares by name may be switched to another folder.
    void followsTheSharedPath()
    {
        const SharedFolder site;
        site.write("one/file", "one");
        site.write("two/file", "two");
        site.link("current", "one");
        const DocRoot root(site.path() + QStringLiteral("/current"));
        const auto content = [&] {
            std::array<char, 3> buffer {};
            const auto file = root.open(Segments {"file"});
            return file ? QByteArray(buffer.data(), file->read(0, buffer)) : QByteArray();
        };
        QCOMPARE(content(), "one");
        QCOMPARE(::unlink(site.file("current").constData()), 0);
        QCOMPARE(content(), "");
        site.link("current", "two");
        QCOMPARE(content(), "two");
        QCOMPARE(::unlink(site.file("current").constData()), 0);
        site.write("current", "a file by now");
        QVERIFY(!root.open(Segments {}));
    }
};

QTEST_APPLESS_MAIN(TestDocRoot)
#include "tst_docroot.moc"
