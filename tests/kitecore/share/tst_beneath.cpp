#include <atomic>
#include <thread>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <QTest>

#include "kitecore/share/beneath.h"
#include "tests/support/sharedfolder.h"

using namespace kite;
using namespace kite::share;
using kite::test::SharedFolder;

namespace {

using Open = decltype(&openBeneath);

BeneathRoot rootOf(const QByteArray &path)
{
    return {FileHandle(::open(path.constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)), path};
}

std::vector<QByteArray> segmentsOf(const QByteArray &path)
{
    const auto names = path.split('/');
    return path.isEmpty() ? std::vector<QByteArray> {}
                          : std::vector<QByteArray>(names.begin(), names.end());
}

QByteArray contentOf(const Result<FileHandle, int> &opened)
{
    if (!opened)
        return "error " + QByteArray::number(opened.error());
    struct stat status
    {
    };
    ::fstat(int(opened->value()), &status);
    if (S_ISDIR(status.st_mode))
        return "folder";
    if (!S_ISREG(status.st_mode))
        return "special";
    char buffer[64];
    const auto bytes = ::pread(int(opened->value()), buffer, sizeof buffer, 0);
    return QByteArray(buffer, qsizetype(bytes));
}

} // namespace

class TestBeneath : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void opens_data()
    {
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<QByteArray>("found"); // empty: refused

        const auto row = [](const char *name, const QByteArray &path, const QByteArray &found) {
            QTest::newRow(name) << path << found;
        };
        row("top", "", "folder");
        row("file", "file", "file");
        row("folder", "a/b", "folder");
        row("deep", "a/b/c", "deep");
        row("link to a file", "link", "file");
        row("link to a folder", "links/to-a/b/c", "deep");
        row("link to here", "links/here/to-a/b/c", "deep");
        row("link up and down again", "a/up-and-down", "deep");
        row("link with a final slash", "slashed/b/c", "deep");
        row("link with doubled slashes", "doubled", "deep");
        row("link to a link", "link-to-link", "file");
        row("absolute link to a file inside", "absolute", "deep");
        row("absolute link to the top", "absolute-top/file", "file");
        row("absolute link through a link", "links/absolute/c", "deep");
        row("20 links", "chain20", "file");

        row("missing", "missing", "");
        row("below a file", "file/x", "");
        row("link to nothing", "dangling", "");
        row("link to itself", "self", "");
        row("links in a circle", "ping", "");
        row("60 links", "chain60", "");
        row("link out", "out", "");
        row("link to a folder outside", "out-folder/secret.txt", "");
        row("link out and back in", "out-and-in", "");
        row("link far up", "far-up", "");
        row("absolute link out", "absolute-out", "");
        row("absolute link to a neighbour with a longer name", "absolute-neighbour", "");
        row("absolute link in, and out by dots", "absolute-dots", "");
        row("link to the root of all", "root/etc/passwd", "");
        row("link to this process", "proc/environ", "");
        row("link to this process's root", "proc/root/etc/passwd", "");
        row("file under a link to a file", "link/x", "");
    }

    void opens()
    {
        QFETCH(QByteArray, path);
        QFETCH(QByteArray, found);

        const SharedFolder site;
        const auto home = QFile::encodeName(site.home());
        site.write("file", "file");
        site.write("a/b/c", "deep");
        site.makeFolder("links");
        site.link("link", "file");
        site.link("links/to-a", "../a");
        site.link("links/here", ".");
        site.link("a/up-and-down", "../links/../a/./b/c");
        site.link("slashed", "a/");
        site.link("doubled", ".//a///b/c");
        site.link("link-to-link", "link");
        site.link("absolute", site.file("a/b/c"));
        site.link("absolute-top", site.bytes());
        site.link("links/absolute", site.file("links/to-a/b"));
        site.link("dangling", "missing");
        site.link("self", "self");
        site.link("ping", "pong");
        site.link("pong", "ping");
        for (int n = 1; n <= 60; ++n)
            site.link("chain" + QByteArray::number(n),
                      n == 1 ? "file" : "chain" + QByteArray::number(n - 1));
        site.link("out", "../secret.txt");
        site.link("out-folder", "../away");
        site.link("out-and-in", "../site/file");
        site.link("far-up", "../../../../../../../../../../../../etc/passwd");
        site.link("absolute-out", home + "/secret.txt");
        QDir(site.home()).mkdir(QStringLiteral("site2"));
        QVERIFY(QFile::copy(site.home() + QStringLiteral("/secret.txt"),
                            site.home() + QStringLiteral("/site2/secret.txt")));
        site.link("absolute-neighbour", home + "/site2/secret.txt");
        site.link("absolute-dots", site.file("a/../../secret.txt"));
        site.link("root", "/");
        site.link("proc", "/proc/self");

        const auto root = rootOf(site.bytes());
        for (const Open open : {&openBeneath, &walkBeneath}) {
            const auto read = open(root, segmentsOf(path), OpenFor::Reading);
            QCOMPARE(read.has_value(), !found.isEmpty());
            if (read)
                QCOMPARE(contentOf(read), found);
            QCOMPARE(open(root, segmentsOf(path), OpenFor::Looking).has_value(), read.has_value());
        }
    }

    void opensInTheRootOfAll()
    {
        const SharedFolder site;
        site.write("file", "file");
        site.link("absolute", site.file("file"));
        auto root = rootOf("/");
        root.canonicalPath.clear();
        const auto path = segmentsOf(site.file("absolute").sliced(1));
        for (const Open open : {&openBeneath, &walkBeneath})
            QCOMPARE(contentOf(open(root, path, OpenFor::Reading)), "file");
    }

    /// A pipe nobody writes to, a socket, a device: no way waits, none is mistaken for a file.
    void waitsForNothing()
    {
        const SharedFolder site;
        QCOMPARE(::mkfifo(site.file("pipe").constData(), 0644), 0);
        site.link("to-pipe", "pipe");
        const auto root = rootOf(site.bytes());
        for (const Open open : {&openBeneath, &walkBeneath}) {
            for (const char *name : {"pipe", "to-pipe"}) {
                auto opened = open(root, segmentsOf(name), OpenFor::Reading);
                if (opened)
                    QVERIFY(!OpenFile::take(std::move(opened).value()));
            }
        }
    }

    /// While somebody swaps a folder for a link to the outside, over and over.
    void cannotBeRaced()
    {
#ifdef __linux__
        const SharedFolder site;
        site.write("swapped/secret.txt", "inside");
        site.link("evil", "../away");
        const auto root = rootOf(site.bytes());
        std::atomic<bool> done = false;
        std::thread swapper([&] {
            while (!done) // RENAME_EXCHANGE
                ::syscall(SYS_renameat2, int(root.handle.value()), "swapped",
                          int(root.handle.value()), "evil", 2U);
        });
        const std::vector<QByteArray> path {"swapped", "secret.txt"};
        int inside = 0;
        int refused = 0;
        int outside = 0;
        for (int i = 0; i < 20'000; ++i) {
            const Open open = i % 2 == 0 ? &openBeneath : &walkBeneath;
            const auto content = contentOf(open(root, path, OpenFor::Reading));
            ++(content == "inside" ? inside : content.startsWith("error") ? refused : outside);
        }
        done = true;
        swapper.join();
        QCOMPARE(outside, 0);
        QVERIFY(inside > 0); // both have been seen
        QVERIFY(refused > 0);
#endif
    }
};

QTEST_APPLESS_MAIN(TestBeneath)
#include "tst_beneath.moc"
