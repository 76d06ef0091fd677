#include <QTest>

#include "kitecore/http/targetpath.h"

using namespace kite::http;

Q_DECLARE_METATYPE(kite::http::TargetError)

class TestTargetPath : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void reads_data()
    {
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<QByteArrayList>("segments");
        QTest::addColumn<bool>("folder");
        QTest::addColumn<QByteArray>("query");
        QTest::addColumn<QByteArray>("encoded");

        const auto row
            = [](const char *name, const QByteArray &target, const QByteArrayList &segments,
                 bool folder, const QByteArray &encoded, const QByteArray &query = {}) {
                  QTest::newRow(name) << target << segments << folder << query << encoded;
              };
        row("top", "/", {}, true, "/");
        row("file", "/a", {"a"}, false, "/a");
        row("folder", "/a/", {"a"}, true, "/a/");
        row("deep", "/a/b.c/d", {"a", "b.c", "d"}, false, "/a/b.c/d");
        row("empty segments", "//a///b//", {"a", "b"}, true, "/a/b/");
        row("like a host", "//evil.example/..a", {"evil.example", "..a"}, false,
            "/evil.example/..a");
        row("escapes", "/%61%20%C3%a4", {"a \xc3\xa4"}, false, "/a%20%C3%A4");
        row("escaped percent", "/%2561", {"%61"}, false, "/%2561");
        row("raw bytes", "/\xff", {"\xff"}, false, "/%FF");
        row("plus is a plus", "/a+b", {"a+b"}, false, "/a%2Bb");
        row("three dots", "/...", {"..."}, false, "/...");
        row("query", "/a?b=/../c", {"a"}, false, "/a", "b=/../c");
        row("empty query", "/?", {}, true, "/");
        row("absolute form", "http://host/a/b?q", {"a", "b"}, false, "/a/b", "q");
        row("absolute form, no path", "HTTPS://host", {}, true, "/");
        row("absolute form, query only", "http://host?q=/a", {}, true, "/", "q=/a");
        row("escaped question mark", "/a%3Fb", {"a?b"}, false, "/a%3Fb");
        row("escaped CR LF", "/%0d%0a", {"\r\n"}, false, "/%0D%0A");
    }

    void reads()
    {
        QFETCH(QByteArray, target);
        QFETCH(QByteArrayList, segments);
        QFETCH(bool, folder);
        QFETCH(QByteArray, query);
        QFETCH(QByteArray, encoded);

        const auto path = parseTarget(target);
        QVERIFY(path);
        QCOMPARE(QByteArrayList(path->segments.begin(), path->segments.end()), segments);
        QCOMPARE(path->folder, folder);
        QCOMPARE(path->query, query);
        QCOMPARE(path->encoded(), encoded);
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<TargetError>("error");

        const auto row = [](const char *name, const QByteArray &target, TargetError error) {
            QTest::newRow(name) << target << error;
        };
        using enum TargetError;
        row("empty", "", BadForm);
        row("asterisk", "*", BadForm);
        row("authority", "host:80", BadForm);
        row("no slash in front", "a/b", BadForm);
        row("another scheme", "ftp://host/a", BadForm);
        row("fragment", "/a#b", BadForm);
        row("backslash in front", "\\a", BadForm);
        row("absolute form, fragment", "http://host#/a", BadForm);
        row("half an escape", "/%4", BadEscape);
        row("no escape", "/%", BadEscape);
        row("no hex", "/%zz", BadEscape);
        row("percent u", "/%u002e", BadEscape);
        row("dot", "/./a", BadSegment);
        row("dots", "/a/../b", BadSegment);
        row("dots at the end", "/a/..", BadSegment);
        row("escaped dots", "/%2e%2E/a", BadSegment);
        row("half escaped dots", "/.%2e/a", BadSegment);
        row("NUL", "/a%00.html", BadSegment);
        row("escaped slash", "/a%2fb", BadSegment);
        row("escaped dots and slash", "/%2e%2e%2f", BadSegment);
        row("backslash", "/a\\b", BadSegment);
        row("escaped backslash", "/..%5c..", BadSegment);
    }

    void refuses()
    {
        QFETCH(QByteArray, target);
        QFETCH(TargetError, error);

        const auto path = parseTarget(target);
        QVERIFY(!path);
        QCOMPARE(path.error(), error);
    }

    void readsQueries()
    {
        QCOMPARE(queryValue("a=1&b=%32&b=3", "b"), std::optional<QByteArray>("2"));
        QCOMPARE(queryValue("a=1&&b=", "b"), std::optional<QByteArray>(""));
        QCOMPARE(queryValue("ab=1", "b"), std::nullopt);
        QCOMPARE(queryValue("b", "b"), std::nullopt);
        QCOMPARE(queryValue("b=%2", "b"), std::nullopt);
        QCOMPARE(queryValue("", "b"), std::nullopt);
    }
};

QTEST_APPLESS_MAIN(TestTargetPath)
#include "tst_targetpath.moc"
