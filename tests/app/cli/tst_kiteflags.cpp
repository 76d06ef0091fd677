#include <QTest>

#include "app/cli/kiteflags.h"

using namespace kite;
using namespace kite::cli;

namespace {

/// The flags behind a friendly kite.
Result<KiteFlags, QString> read(const QByteArray &words, Firewall usual = Firewall::On)
{
    const auto kites = settings::parseFriendlyWords(
        QString::fromUtf8(words).split(QLatin1Char(' '), Qt::SkipEmptyParts));
    if (!kites)
        return Err {QStringLiteral("no kite")};
    return readKiteFlags(kites->first().flags, kites->first(), usual);
}

/// What the rules are, in a line.
QString shown(const KiteFlags &flags)
{
    const auto &rules = flags.rules;
    QStringList words;
    for (const auto &range : rules.addresses)
        words.append(range.toString());
    if (!rules.passwords.isEmpty())
        words.append(QStringLiteral("password"));
    if (rules.firewall)
        words.append(QStringLiteral("firewall"));
    if (rules.forwardingFields)
        words.append(QStringLiteral("fields"));
    if (!rules.host.isEmpty())
        words.append(QString::fromUtf8(rules.host));
    if (rules.proxyLine)
        words.append(QStringLiteral("proxy"));
    for (const QString &key : flags.unused)
        words.append(QLatin1Char('-') + key);
    return words.join(QLatin1Char(' '));
}

} // namespace

class TestKiteFlags : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void reads_data()
    {
        QTest::addColumn<QString>("result");
        const auto row = [](const char *words, const char *result) {
            QTest::newRow(words) << QString::fromUtf8(result);
        };
        row("80 a.test", "firewall fields");
        row("80 a.test +insecure", "fields");
        row("80 a.test +noinsecure", "firewall fields");
        row("80 a.test +insecure=False", "firewall fields");
        row("80 a.test +insecure +noinsecure", "firewall fields");
        row("80 a.test +rawheaders", "firewall");
        row("80 a.test +rawheaders +insecure", "");
        row("80 a.test +rewritehost", "firewall fields localhost");
        row("10.0.0.7:80 a.test +rewritehost", "firewall fields 10.0.0.7");
        row("80 a.test +rewritehost=in.side:81", "firewall fields in.side:81");
        row("80 a.test +rewritehost=x +norewritehost", "firewall fields");
        row("80 a.test +proxyproto", "firewall fields proxy");
        row("80 a.test +proxyproto=1", "firewall fields proxy");
        row("80 a.test +proxyproto +noproxyproto", "firewall fields");
        row("80 a.test +ip/192.0.2.7 +ip/10.1.2", "192.0.2.7/32 10.1.2.0/24 firewall fields");
        row("80 a.test +ip/10.0.0.0/8=ok", "10.0.0.0/8 firewall fields");
        row("80 a.test +ip=2001:db8::/32,192.0.2", "2001:db8::/32 192.0.2.0/24 firewall fields");
        row("80 a.test +ip/192.0.2.7=false", "firewall fields");
        row("80 a.test +password/joe=x +user/ann=y", "password firewall fields");
        row("80 a.test +password/joe=false", "password firewall fields");
        row("80 a.test +indexes", "firewall fields");
        row("80 a.test +hide +noroot", "firewall fields -hide");
        row("/site a.test", "");
        row("/site a.test +password/joe=x +ip/192.0.2.7", "192.0.2.7/32 password");
        row("/site a.test +proxyproto +rawheaders +rewritehost",
            "-proxyproto -rawheaders -rewritehost");
        row("ssh a.test +proxyproto +ip/192.0.2", "192.0.2.0/24 firewall fields proxy");
    }
    void reads()
    {
        QFETCH(QString, result);
        const auto flags = read(QTest::currentDataTag());
        QVERIFY2(flags, flags ? "" : qPrintable(flags.error()));
        QCOMPARE(shown(*flags), result);
    }

    void knowsThePasswords()
    {
        const auto flags = read("80 a.test +password/joe=pa=ss:word");
        QVERIFY(flags);
        const auto basic = [](const char *pair) { return "Basic " + QByteArray(pair).toBase64(); };
        QVERIFY(flags->rules.passwords.accept(basic("joe:pa=ss:word")));
        QVERIFY(!flags->rules.passwords.accept(basic("joe:pa")));
    }

    void hasNoFirewallWhereNoneIsUsual()
    {
        QCOMPARE(shown(*read("80 a.test", Firewall::Off)), QStringLiteral("fields"));
        QCOMPARE(shown(*read("80 a.test +noinsecure", Firewall::Off)),
                 QStringLiteral("firewall fields"));
    }

    void refuses_data()
    {
        QTest::addColumn<QString>("says");
        const auto row = [](const char *words, const char *says) {
            QTest::newRow(words) << QString::fromUtf8(says);
        };
        row("80 a.test +passwort/joe=s3cret", "do you mean +password/?");
        row("80 a.test +pasword=s3cret", "do you mean +password/?");
        row("80 a.test +rewritehosts", "do you mean +rewritehost?");
        row("80 a.test +insecur", "do you mean +insecure?");
        row("80 a.test +password=s3cret", "do you mean +password/?");
        row("80 a.test +password/=s3cret", "+password needs");
        row("80 a.test +password/joe=", "+password needs");
        row("80 a.test +ip/kite.test", "is no address");
        row("80 a.test +ip/192.0.2.7/40", "is no address");
        row("80 a.test +ip", "is no address");
        row("80 a.test +rewritehost=a/b", "is no host");
        row("80 a.test +rewritehost=", "is no host");
        row("80 a.test +proxyproto=2", "version 1 only");
    }
    void refuses()
    {
        QFETCH(QString, says);
        const auto flags = read(QTest::currentDataTag());
        QVERIFY(!flags);
        QVERIFY2(flags.error().contains(says), qPrintable(flags.error()));
        QVERIFY(!flags.error().contains(u"s3cret"));
    }
};

QTEST_APPLESS_MAIN(TestKiteFlags)
#include "tst_kiteflags.moc"
