#include <QTemporaryDir>
#include <QTest>

#include "kitecore/base/kiteid.h"
#include "kitecore/settings/kitename.h"

using namespace kite::settings;

class TestKiteName : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void labels_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("label");
        const auto row = [](const char *tag, const QString &path, const char *label) {
            QTest::newRow(tag) << path << QString::fromLatin1(label);
        };
        row("plain", QStringLiteral("/home/a/photos"), "photos");
        row("blanks and case", QStringLiteral("/home/a/My Holiday  Photos"), "my-holiday-photos");
        row("accents", QStringLiteral("/home/a/Übungsblätter"), "ubungsblatter");
        row("file", QStringLiteral("/home/a/Talk 2024.pdf"), "talk-2024");
        row("dots", QStringLiteral("/home/a/v1.2.tar.gz"), "v1-2-tar");
        row("only signs", QStringLiteral("/home/a/!!!"), "share");
        row("another script", QStringLiteral("/home/a/صور"), "share");
        row("hidden", QStringLiteral("/home/a/.config"), "share");
        row("root", QStringLiteral("/"), "share");
        row("long", QStringLiteral("/") + QString(200, QLatin1Char('x')),
            "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
        row("edges", QStringLiteral("/home/a/-_x_-"), "x");
    }
    void labels()
    {
        QFETCH(QString, path);
        QFETCH(QString, label);
        const Target target {.kind = Target::Kind::Share, .endpoint = {}, .paths = {path}};
        QCOMPARE(labelFor(target), label);
        QVERIFY(kite::isDomain(label.toUtf8()));
    }

    void folderNamesKeepWhatFollowsADot()
    {
        const QTemporaryDir dir;
        const QString folder = dir.path() + QStringLiteral("/site.v2");
        QVERIFY(QDir().mkpath(folder));
        const Target target {.kind = Target::Kind::Share, .endpoint = {}, .paths = {folder}};
        QCOMPARE(labelFor(target), QStringLiteral("site-v2"));
    }

    void ports()
    {
        const Target target {.kind = Target::Kind::Port,
                             .endpoint = {QStringLiteral("localhost"), 5173},
                             .paths = {}};
        QCOMPARE(labelFor(target), QStringLiteral("port-5173"));
    }

    void proposes_data()
    {
        QTest::addColumn<QString>("domain"); // null: this computer
        QTest::addColumn<QStringList>("taken");
        QTest::addColumn<QString>("name");
        const QString none;
        const QString any = QStringLiteral("*.example.net");
        QTest::newRow("here") << none << QStringList {} << QStringLiteral("photos");
        QTest::newRow("here, taken")
            << none << QStringList {QStringLiteral("photos"), QStringLiteral("Photos-2")}
            << QStringLiteral("photos-3");
        QTest::newRow("wildcard") << any << QStringList {} << QStringLiteral("photos.example.net");
        QTest::newRow("wildcard, taken")
            << any << QStringList {QStringLiteral("photos.example.net")}
            << QStringLiteral("photos-2.example.net");
        QTest::newRow("one name") << QStringLiteral("demo.example.net") << QStringList {}
                                  << QStringLiteral("demo.example.net");
        QTest::newRow("domain not known")
            << QStringLiteral("") << QStringList {} << QStringLiteral("photos");
    }
    void proposes()
    {
        QFETCH(QString, domain);
        QFETCH(QStringList, taken);
        QFETCH(QString, name);
        Relay relay;
        relay.id = QStringLiteral("r");
        relay.domain = domain;
        Settings settings;
        for (const QString &other : taken) {
            Kite kite;
            kite.name = other;
            kite.relayId = domain.isNull() ? QString() : relay.id;
            settings.kites << kite;
        }
        const Target target {
            .kind = Target::Kind::Share, .endpoint = {}, .paths = {QStringLiteral("/a/photos")}};
        QCOMPARE(proposedName(target, domain.isNull() ? nullptr : &relay, settings), name);
    }
};

QTEST_APPLESS_MAIN(TestKiteName)
#include "tst_kitename.moc"
