#include <QDirIterator>
#include <QFile>
#include <QLocale>
#include <QTest>
#include <QTranslator>
#include <QXmlStreamReader>

#include "app/tray/languages.h"

namespace {

/// One message of a .ts file.
struct Message
{
    QByteArray context;
    QByteArray source;
    QByteArray comment;
    QStringList translations; ///< one, or each plural form
    QString state;            ///< `unfinished`, `vanished`; empty: done
    bool counts = false;
};

Message readMessage(QXmlStreamReader &xml, const QByteArray &context)
{
    Message message {
        .context = context, .source = {}, .comment = {}, .translations = {}, .state = {}};
    message.counts = xml.attributes().value(QLatin1String("numerus")) == QLatin1String("yes");
    while (xml.readNextStartElement()) {
        if (xml.name() == QLatin1String("source")) {
            message.source = xml.readElementText().toUtf8();
        } else if (xml.name() == QLatin1String("comment")) {
            message.comment = xml.readElementText().toUtf8();
        } else if (xml.name() == QLatin1String("translation")) {
            message.state = xml.attributes().value(QLatin1String("type")).toString();
            if (message.counts) {
                while (xml.readNextStartElement())
                    message.translations << xml.readElementText();
            } else {
                message.translations << xml.readElementText();
            }
        } else {
            xml.skipCurrentElement();
        }
    }
    return message;
}

QList<Message> messagesOf(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        qFatal("cannot read %s", qPrintable(path));
    QXmlStreamReader xml(&file);
    QList<Message> all;
    QByteArray context;
    xml.readNextStartElement(); // TS
    while (xml.readNextStartElement()) {
        while (xml.readNextStartElement()) {
            if (xml.name() == QLatin1String("name"))
                context = xml.readElementText().toUtf8();
            else if (xml.name() == QLatin1String("message"))
                all << readMessage(xml, context);
            else
                xml.skipCurrentElement();
        }
    }
    if (xml.hasError())
        qFatal("%s: %s", qPrintable(path), qPrintable(xml.errorString()));
    return all;
}

/// `%1`, `%2`, `%n`, and whether there is an underlined letter: what a translation must keep.
QStringList marks(const QString &text)
{
    static const QRegularExpression mark(QStringLiteral("%[0-9n]|&(?=[^& ])"));
    QStringList found;
    for (auto all = mark.globalMatch(text); all.hasNext();)
        found << all.next().captured();
    found.sort();
    return found;
}

const QString german = QStringLiteral(KITE_TRANSLATIONS "/kiteline_de.ts");

} // namespace

class TestLanguages : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cleanup()
    {
        const auto loaded = QCoreApplication::instance()->findChildren<QTranslator *>();
        for (QTranslator *texts : loaded) {
            QCoreApplication::removeTranslator(texts);
            delete texts;
        }
    }

    void aGermanReadsGerman()
    {
        speak(QLocale::German);
        const QList<Message> all = messagesOf(german);
        QVERIFY(all.size() > 150);
        for (const Message &message : all) {
            const QString seen = translated(message, 1);
            QVERIFY2(seen != QString::fromUtf8(message.source) || isTheSame(message.source),
                     message.source.constData());
        }
    }

    void noGermanTextIsMissing()
    {
        for (const Message &message : messagesOf(german)) {
            QVERIFY2(message.state.isEmpty(), message.source.constData());
            QCOMPARE(message.translations.size(), message.counts ? 2 : 1);
            for (const QString &text : message.translations)
                QVERIFY2(!text.trimmed().isEmpty(), message.source.constData());
        }
    }

    void germanKeepsWhatIsFilledIn()
    {
        for (const Message &message : messagesOf(german)) {
            for (const QString &text : message.translations) {
                QStringList kept = marks(text);
                QStringList wanted = marks(QString::fromUtf8(message.source));
                if (message.counts) { // "one visitor" needs no number
                    kept.removeAll(QStringLiteral("%n"));
                    wanted.removeAll(QStringLiteral("%n"));
                }
                QVERIFY2(kept == wanted, qPrintable(text));
            }
        }
    }

    void counts_data()
    {
        QTest::addColumn<QLocale::Language>("language");
        QTest::addColumn<int>("count");
        QTest::addColumn<QString>("text");
        QTest::newRow("English, one") << QLocale::English << 1 << QStringLiteral("1 visitor");
        QTest::newRow("English, two") << QLocale::English << 2 << QStringLiteral("2 visitors");
        QTest::newRow("German, one") << QLocale::German << 1 << QStringLiteral("1 Besucher");
        QTest::newRow("German, two") << QLocale::German << 2 << QStringLiteral("2 Besucher");
        QTest::newRow("none of ours, one") << QLocale::Arabic << 1 << QStringLiteral("1 visitor");
        QTest::newRow("none of ours, two") << QLocale::Arabic << 2 << QStringLiteral("2 visitors");
    }

    void counts()
    {
        QFETCH(QLocale::Language, language);
        QFETCH(int, count);
        QFETCH(QString, text);
        speak(language);
        QCOMPARE(QCoreApplication::translate("Units", "%n visitor(s)", nullptr, count), text);
    }

    void everyLanguageOfTheProgramIsInIt()
    {
        for (const char *language : {"de", "en"})
            QVERIFY(QFile::exists(
                QStringLiteral(":/i18n/kiteline_%1.qm").arg(QLatin1String(language))));
    }

private:
    static void speak(QLocale::Language language)
    {
        QLocale::setDefault(QLocale(language));
        kite::app::speakTheUsersLanguage(*QCoreApplication::instance());
    }

    static QString translated(const Message &message, int count)
    {
        return QCoreApplication::translate(message.context.constData(), message.source.constData(),
                                           message.comment.constData(),
                                           message.counts ? count : -1);
    }

    /// Words that German spells the same.
    static bool isTheSame(const QByteArray &source);
};

bool TestLanguages::isTheSame(const QByteArray &source)
{
    static const QList<QByteArray> same {"Port",   "&Port",   "Name",          "&Name",
                                         "Relays", "Port %1", "%1/s",          "%1, %2",
                                         "%1: %2", "%1 · %2", "%1, %2, %3, %4"};
    return same.contains(source);
}

QTEST_GUILESS_MAIN(TestLanguages)

#include "tst_languages.moc"
