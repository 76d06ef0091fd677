#include <csignal>
#include <cstdlib>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#ifdef __linux__
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

#include <QTest>

#include "kitecore/share/sharetarget.h"
#include "tests/support/httpvisitor.h"
#include "tests/support/sharedfolder.h"

using namespace kite;
using kite::test::HttpVisitor;
using kite::test::SharedFolder;

namespace {

/// A folder with every way out that a folder can have.
class TrickySite : public SharedFolder
{
public:
    TrickySite()
    {
        const auto home = QFile::encodeName(this->home());
        write("folder/file.txt", "inside");
        write("folder/deep/file.txt", "inside");
        link("out.txt", "../secret.txt");
        link("out", "../away");
        link("folder/out.txt", "../../secret.txt");
        link("folder/far", "../../../../../../../../../..");
        link("absolute.txt", home + "/secret.txt");
        link("absolute", home + "/away");
        link("home", home);
        link("root", "/");
        link("environ", "/proc/self/environ");
        link("proc", "/proc/self");
        link("fd", "/proc/self/fd");
        link("cwd", "/proc/self/cwd");
        link("zero", "/dev/zero");
        link("tty", "/dev/tty");
        link("index.html", "../away/index.html");
        link("folder/index.html", home + "/away/index.html");
        link("chain", "chain2");
        link("chain2", "folder/../../secret.txt");
        ::mkfifo(file("pipe").constData(), 0644);
        link("to-pipe", "pipe");
        ::mknod(file("device").constData(), S_IFCHR | 0644, dev_t(1 << 8 | 5)); // root only: zero
        makeSocket();
    }

private:
    void makeSocket() const
    {
        const int made = ::socket(AF_UNIX, SOCK_STREAM, 0);
        sockaddr_un address {};
        address.sun_family = AF_UNIX;
        const auto path = file("socket");
        std::copy(path.begin(), path.end(), address.sun_path);
        ::bind(made, reinterpret_cast<const sockaddr *>(&address), sizeof address);
        ::close(made);
    }
};

/// From here on openat2() is unknown to this process, as in old kernels and some sandboxes.
bool forbidOpenat2()
{
#ifdef __linux__
    sock_filter code[] {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    sock_fprog program {4, code};
    return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
        && ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0
        && ::syscall(SYS_openat2, -1, "", nullptr, 0) == -1 && errno == ENOSYS;
#else
    return true;
#endif
}

/// `..` and `/` in every disguise, from every depth.
QByteArrayList disguisedPaths()
{
    const QByteArrayList ups {"..",
                              "%2e%2e",
                              "%2E.",
                              ".%2e",
                              "%252e%252e",
                              "%25252e%25252e",
                              "%c0%ae%c0%ae",
                              "%c0%2e%c0%2e",
                              "%e0%80%ae%e0%80%ae",
                              "%f0%80%80%ae%f0%80%80%ae",
                              "%u002e%u002e",
                              "..%00",
                              "%00..",
                              "..;",
                              "..%20",
                              "..%09",
                              "..%0d%0a",
                              "...",
                              "....",
                              "%ef%bc%8e%ef%bc%8e",
                              "\xc0\xae\xc0\xae",
                              "..%01"};
    const QByteArrayList separators {"/",   "%2f",       "%2F",    "%252f",     "\\",
                                     "%5c", "%255c",     "%c0%af", "%e0%80%af", "//",
                                     "/./", "%ef%bc%8f", "%u2215", "/%2e/"};
    QByteArrayList paths;
    for (const auto &up : ups) {
        for (const auto &separator : separators) {
            paths << '/' + up + separator + "secret.txt";
            paths << "/folder" + separator + up + separator + up + separator + "secret.txt";
        }
    }
    return paths;
}

QByteArrayList directPaths()
{
    return {"/out.txt",
            "/out",
            "/out/",
            "/out/secret.txt",
            "/out/index.html",
            "/folder/out.txt",
            "/folder/far/etc/passwd",
            "/absolute.txt",
            "/absolute/",
            "/absolute/secret.txt",
            "/home/",
            "/home/secret.txt",
            "/home/site/../secret.txt",
            "/root/",
            "/root/etc/passwd",
            "/environ",
            "/proc/",
            "/proc/environ",
            "/proc/root/etc/passwd",
            "/proc/cwd/",
            "/fd/",
            "/fd/0",
            "/fd/3",
            "/cwd/",
            "/zero",
            "/tty",
            "/chain",
            "/chain2",
            "/pipe",
            "/to-pipe",
            "/device",
            "/socket",
            "/pipe/",
            "/device/",
            "/index.html",
            "/folder/index.html",
            "/etc/passwd",
            "//etc/passwd",
            "///etc/passwd",
            "/proc/self/environ",
            "/%2fetc%2fpasswd",
            "/%2f%2fetc/passwd",
            "/file:///etc/passwd",
            "file:///etc/passwd",
            "http://kite.example/../secret.txt",
            "http://kite.example/out.txt",
            "http://../secret.txt",
            "https:///secret.txt",
            "/../secret.txt?",
            "/?/../secret.txt#",
            "/#/../secret.txt",
            "/folder/file.txt/../../../secret.txt",
            "/folder/file.txt%00.html",
            "/out.txt%00",
            "/out.txt%20",
            "/OUT.TXT/../out.txt",
            "/C:/secret.txt",
            "/c:%5csecret.txt",
            "/~/secret.txt",
            "/~root/",
            "/\\\\host\\share",
            "/..\\secret.txt",
            "/.../secret.txt",
            "/secret.txt",
            "/away/",
            "/away/secret.txt",
            "..",
            "../secret.txt",
            "/..",
            "/../",
            "/%2e%2e",
            "/%2e%2e/",
            "/folder/../../"};
}

} // namespace

class TestTraversal : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { qputenv("KITE_NEIGHBOUR", SharedFolder::marker); }

    void staysInside_data()
    {
        QTest::addColumn<QByteArray>("target");

        const auto paths = disguisedPaths() + directPaths();
        QVERIFY(paths.size() > 600);
        for (const auto &path : paths)
            QTest::addRow("%s", path.toPercentEncoding("/%.?#:").constData()) << path;
    }

    /// Not a byte from outside, and always an answer.
    void staysInside()
    {
        QFETCH(QByteArray, target);

        static const TrickySite site;
        static net::Loop loop;
        static const auto share
            = *share::ShareTarget::open({site.path()}, {.hiddenFiles = true}, {});
        for (const char *method : {"GET ", "HEAD "}) {
            HttpVisitor visitor(loop, *share, HttpVisitor::Way::Socket);
            const auto answer
                = visitor.ask(method + target + " HTTP/1.1\r\nHost: kite.example\r\n\r\n");
            QVERIFY2(answer.status == 400 || answer.status == 404, answer.head.constData());
            QVERIFY(!(answer.head + answer.body).contains(SharedFolder::marker));
            QVERIFY(!(answer.head + answer.body).contains("root:"));
        }
    }

    void listsNothingFromOutside()
    {
        const TrickySite site;
        net::Loop loop;
        const auto share = *share::ShareTarget::open({site.path()}, {.hiddenFiles = true}, {});
        ::unlink(site.file("index.html").constData());
        HttpVisitor visitor(loop, *share);
        const auto page = visitor.get("/").body;
        QCOMPARE(page.count("<tr>"), 2); // the columns' heads and one folder
        QVERIFY(page.contains("href=\"folder/\""));
    }

    void staysInsideWithoutOpenat2_data() { staysInside_data(); }

    /// Last of all: there is no way back.
    void staysInsideWithoutOpenat2()
    {
        static const bool forbidden = forbidOpenat2();
        QVERIFY(forbidden);
        staysInside();
    }

    void listsNothingFromOutsideWithoutOpenat2()
    {
        QVERIFY(forbidOpenat2());
        listsNothingFromOutside();
    }
};

QTEST_GUILESS_MAIN(TestTraversal)
#include "tst_traversal.moc"
