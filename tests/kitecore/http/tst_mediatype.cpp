#include <QTest>

#include "kitecore/http/mediatype.h"

using namespace kite::http;

class TestMediaType : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void knows_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("beginning");
        QTest::addColumn<QByteArray>("type");

        const auto row = [](const char *title, const QByteArray &name, const QByteArray &type,
                            const QByteArray &beginning = {}) {
            QTest::newRow(title) << name << beginning << type;
        };
        row("page", "index.html", "text/html; charset=utf-8");
        row("capitals", "INDEX.HTML", "text/html; charset=utf-8");
        row("style", "a.css", "text/css; charset=utf-8");
        row("script", "a.js", "text/javascript; charset=utf-8");
        row("module", "a.mjs", "text/javascript; charset=utf-8");
        row("picture", "a.b.png", "image/png");
        row("drawing", "a.svg", "image/svg+xml");
        row("film", "a.mp4", "video/mp4");
        row("WebAssembly", "a.wasm", "application/wasm");
        row("first row", "a.3gp", "video/3gpp");
        row("last row", "a.zst", "application/zstd");
        row("unknown", "a.xyzzy", "application/octet-stream");
        row("no extension", "README", "application/octet-stream");
        row("only a dot", "a.", "application/octet-stream");
        row("empty name", "", "application/octet-stream");
        row("UTF-8 text", "a.txt", "text/plain; charset=utf-8", "gr\xc3\xbc\xc3\x9f");
        row("Latin-1 text", "a.txt", "text/plain", "gr\xfc\xdf\x65");
        row("UTF-16 text", "a.txt", "text/plain", QByteArray("\xff\xfe\x61\x00", 4));
        row("page of another charset", "a.html", "text/html",
            "<head><META http-equiv=x content='text/html; CharSet=iso-8859-1'>");
        row("short text cut in a character", "a.txt", "text/plain", "gr\xc3");
        const QByteArray most(contentSampleBytes - 1, 'x');
        row("sample cuts a character", "a.txt", "text/plain; charset=utf-8", most + "\xc3\xbc");
        row("sample ends in a character", "a.txt", "text/plain; charset=utf-8",
            QByteArray(contentSampleBytes - 2, 'x') + "\xc3\xbc");
        row("sample cuts a long character", "a.txt", "text/plain; charset=utf-8",
            QByteArray(contentSampleBytes - 3, 'x') + "\xf0\x9f\xaa\x81");
        row("bad byte at the end of the sample", "a.txt", "text/plain",
            QByteArray(contentSampleBytes - 2, 'x') + "\xfc\x65");
    }

    void knows()
    {
        QFETCH(QByteArray, name);
        QFETCH(QByteArray, beginning);
        QFETCH(QByteArray, type);

        QCOMPARE(contentType(name, beginning), type);
    }
};

QTEST_APPLESS_MAIN(TestMediaType)
#include "tst_mediatype.moc"
