#include <QTest>

#include "kitecore/base/harmless.h"

using namespace kite;

class TestHarmless : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void makesHarmless_data()
    {
        QTest::addColumn<QString>("said");
        QTest::addColumn<QString>("shown");
        const auto row = [](const char *name, const QString &said, const QString &shown) {
            QTest::newRow(name) << said << shown;
        };
        row("plain", QStringLiteral("50 % left; ok"), QStringLiteral("50 % left; ok"));
        row("other scripts", QStringLiteral("\u00e4\u0416\u05d0\u4e2d"),
            QStringLiteral("\u00e4\u0416\u05d0\u4e2d"));
        row("two units", QStringLiteral("\U0001f600"), QStringLiteral("\U0001f600"));
        row("a terminal's command", QStringLiteral("a\x1b[2Jb\x07"), QStringLiteral("a?[2Jb?"));
        row("the same in one character",
            QStringLiteral("\x9b"
                           "2J\x7f"),
            QStringLiteral("?2J?"));
        row("ends of lines",
            QStringLiteral("a\r\nb\tc\u2028d\u2029e\x85"
                           "f"),
            QStringLiteral("a  b c?d?e?f"));
        row("turned around", QStringLiteral("\u202egpj\u202c\u2066\u2069\u200f\u061c"),
            QStringLiteral("?gpj?????"));
        row("invisible", QStringLiteral("a\u200bb\ufeff\u00ad\U000e0041"),
            QStringLiteral("a?b???"));
        row("half of a pair", QStringLiteral("a") + QChar(0xd83d) + QStringLiteral("b"),
            QStringLiteral("a\ufffdb"));
        row("nul", QString(QChar(0)), QStringLiteral("?"));
        row("nothing", {}, {});
    }
    void makesHarmless()
    {
        QFETCH(const QString, said);
        QTEST(harmless(said, 100), "shown");
    }

    void isBounded()
    {
        QCOMPARE(harmless(u"12345", 5), QStringLiteral("12345"));
        QCOMPARE(harmless(u"123456", 5), QStringLiteral("12345..."));
        QCOMPARE(harmless(QString(1'000'000, u'x'), 3), QStringLiteral("xxx..."));
        const auto wide = QStringLiteral("\U0001f600").repeated(6);
        QCOMPARE(harmless(wide, 5), wide.first(10) + QStringLiteral("..."));
        QCOMPARE(harmless(wide, 6), wide);
    }
};

QTEST_APPLESS_MAIN(TestHarmless)
#include "tst_harmless.moc"
