#include <QJsonDocument>
#include <QTest>

#include "app/cli/events.h"

using namespace kite;
using namespace kite::cli;
using stats::DownReason;

Q_DECLARE_METATYPE(kite::cli::Event)

namespace {

const KiteId a {"http", 0, "a.test"};
const KiteId ssh {"raw", 22, "a.test"};
const auto r = QStringLiteral("r.test:443");
const auto c = QStringLiteral("10.0.0.7:4711");

/// Single quotes read better here, and moc can not read raw strings.
QByteArray json(const char *text)
{
    return QByteArray(text).replace('\'', '"');
}

} // namespace

class TestEvents : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isTold_data()
    {
        QTest::addColumn<Event>("event");
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QByteArray>("log");

        QTest::newRow("relay listens")
            << Event(Listening {Listening::Role::Relay, QStringLiteral("*"), 8080})
            << json("{'event':'listening','host':'*','port':8080,'role':'relay'}")
            << QStringLiteral("The relay listens on port 8080 of every address.")
            << QByteArray("listen=:8080");
        QTest::newRow("share listens")
            << Event(Listening {Listening::Role::Share, QStringLiteral("127.0.0.1"), 7777})
            << json("{'event':'listening','host':'127.0.0.1','port':7777,'role':'share'}")
            << QString() << QByteArray("listen=127.0.0.1:7777");
        QTest::newRow("flies") << Event(Flying {a, QStringLiteral("https://a.test/"), r, true, {}})
                               << json("{'event':'flying','kite':'http:a.test','relay':'r.test:443'"
                                       ",'tls':true,'url':'https://a.test/'}")
                               << QStringLiteral("a.test flies at the relay r.test:443, TLS.\n"
                                                 "https://a.test/")
                               << QByteArray("FE=r.test:443; proto=http; domain=a.test; ssl=True");
        QTest::newRow("flies here")
            << Event(Flying {a, QStringLiteral("http://a.localhost:7777/"), {}, false, {}})
            << json("{'event':'flying','kite':'http:a.test','relay':'','tls':false,'url':'http://"
                    "a.localhost:7777/'}")
            << QStringLiteral("a.test flies.\nhttp://a.localhost:7777/")
            << QByteArray("FE=; proto=http; domain=a.test; ssl=False");
        QTest::newRow("arrived at our relay")
            << Event(Flying {ssh, QStringLiteral("ssh://a.test/"), r, std::nullopt, c})
            << json("{'event':'flying','kite':'raw-22:a.test','relay':'r.test:443','url':'ssh://"
                    "a.test/'}")
            << QStringLiteral("raw-22:a.test flies, flown by 10.0.0.7:4711.\nssh://a.test/")
            << QByteArray("BE=Live; proto=raw-22; domain=a.test; id=10.0.0.7:4711");
        QTest::newRow("refused")
            << Event(Down {a, DownReason::BadSecret, QStringLiteral("signature"), r, {}})
            << json("{'detail':'signature','event':'down','kite':'http:a.test','reason':'bad-"
                    "secret','relay':'r.test:443'}")
            << QStringLiteral("The relay r.test:443 did not accept the secret for a.test.")
            << QByteArray(
                   "FE=r.test:443; err=Rejected; proto=http; reason=signature; domain=a.test");
        QTest::newRow("taken")
            << Event(Down {a, DownReason::NameTaken, {}, r, {}})
            << json("{'detail':'','event':'down','kite':'http:a.test','reason':'name-taken',"
                    "'relay':'r.test:443'}")
            << QStringLiteral(
                   "a.test is taken: another connector flies it at the relay r.test:443.")
            << QByteArray("FE=r.test:443; err=Duplicate; proto=http; domain=a.test");
        QTest::newRow("lost")
            << Event(Down {a, DownReason::LinkLost, QStringLiteral("re;set\n"), r, {}})
            << json("{'detail':'re;set\\n','event':'down','kite':'http:a.test','reason':'link-lost'"
                    ",'relay':'r.test:443'}")
            << QStringLiteral("a.test is down: the link to the relay r.test:443 was lost.")
            << QByteArray("FE=r.test:443; err=link-lost; proto=http; domain=a.test; "
                          "detail=re set ; eof=1");
        QTest::newRow("left our relay")
            << Event(Down {a, DownReason::LinkLost, {}, r, c})
            << json("{'detail':'','event':'down','kite':'http:a.test','reason':'link-lost','"
                    "relay':'r.test:443'}")
            << QStringLiteral("a.test is gone (10.0.0.7:4711).")
            << QByteArray("BE=Gone; proto=http; domain=a.test; eof=1; id=10.0.0.7:4711");
        QTest::newRow("a relay's message")
            << Event(RelayMessage {r, QStringLiteral("Hello; you")})
            << json("{'event':'motd','relay':'r.test:443','text':'Hello; you'}")
            << QStringLiteral("The relay r.test:443 says: Hello; you")
            << QByteArray("FE=r.test:443; motd=Hello  you");
        QTest::newRow("a relay's message of two lines")
            << Event(RelayMessage {r, QStringLiteral("Hello\nyou")})
            << json("{'event':'motd','relay':'r.test:443','text':'Hello\\nyou'}")
            << QStringLiteral("The relay r.test:443 says:\n  Hello\n  you")
            << QByteArray("FE=r.test:443; motd=Hello you");
        QTest::newRow("quota") << Event(QuotaLeft {r, {2'000'000, 24, 5, 3, 900}})
                               << json("{'connections':5,'days':24,'event':'quota','kb':2000000,"
                                       "'relay':'r.test:443','seconds':900,'visitors':3}")
                               << QStringLiteral("Quota at the relay r.test:443: 1.9 GB left, 24 "
                                                 "days left, 5 connections, 3 different visitors "
                                                 "in 900 s.")
                               << QByteArray("FE=r.test:443; quota=2000000; days=24; conns=5; "
                                             "ips=3/900");
        QTest::newRow("the last of a quota")
            << Event(QuotaLeft {r, {.kb = 1, .days = 1}})
            << json("{'days':1,'event':'quota','kb':1,'relay':'r.test:443'}")
            << QStringLiteral("Quota at the relay r.test:443: 1.0 kB left, 1 day left.")
            << QByteArray("FE=r.test:443; quota=1; days=1");
        QTest::newRow("upgrade")
            << Event(UpgradeOffer {r,
                                   {QStringLiteral("1.6"), QStringLiteral("stable"),
                                    QStringLiteral("https://h.test/")}})
            << json("{'event':'upgrade','relay':'r.test:443','tag':'stable','url':'https://h.test/"
                    "','version':'1.6'}")
            << QStringLiteral("The relay r.test:443 tells of version 1.6:\nhttps://h.test/")
            << QByteArray("FE=r.test:443; upgrade=1.6; tag=stable; url=https://h.test/");
        QTest::newRow("traffic")
            << Event(Traffic {a, 2048, 1, 3, 7})
            << json("{'event':'traffic','in':2048,'kite':'http:a.test','out':1,'streams':3,'"
                    "visitors':7}")
            << QStringLiteral("a.test: 2.0 kB in, 1 bytes out, 3 open, 7 visitors")
            << QByteArray("wrote=1; read=2048; streams=3; proto=http; domain=a.test");
        QTest::newRow("visit")
            << Event(Visited {a, {QStringLiteral("10.0.0.9"), "GET", "/x", 200, 5, 12}})
            << json("{'bytes':5,'event':'visit','kite':'http:a.test','method':'GET','ms':12,'path':"
                    "'/x','status':200,'visitor':'10.0.0.9'}")
            << QStringLiteral("a.test: GET /x 200, 5 bytes, 12 ms (10.0.0.9)")
            << QByteArray("GET=/x; status=200; wrote=5; proto=http; domain=a.test; is=BE; "
                          "remote_ip=10.0.0.9");
        QTest::newRow("error") << Event(
            Failure {QStringLiteral("port-taken"), QStringLiteral("No.")})
                               << json("{'detail':'No.','event':'error','reason':'port-taken'}")
                               << QStringLiteral("No.") << QByteArray("err=No.; reason=port-taken");
    }
    void isTold()
    {
        QFETCH(Event, event);
        QFETCH(QByteArray, json);
        QTEST(QJsonDocument(toJson(event)).toJson(QJsonDocument::Compact), "json");
        QTEST(toText(event), "text");
        QTEST(toLog(event), "log");
    }

    void detailsCommandNoTerminal()
    {
        const QString sentence
            = toText(Down {a, DownReason::Untrusted, QStringLiteral("CN\x1b[2J\u202ex\n"), r, {}});
        QVERIFY2(sentence.endsWith(u"(CN?[2J?x)"), qPrintable(sentence));
    }

    void visitorsCommandNoTerminal()
    {
        const Visited visit {a,
                             {QStringLiteral("10.0.0.9"), "GET",
                              "/\xc2\x9b"
                              "31mR\xe2\x80\xae"
                              "E\xe2\x80\xa8"
                              "D\xf3\xa0\x80\x81",
                              200, 5, 12}};
        QCOMPARE(toText(visit),
                 QStringLiteral("a.test: GET /?31mR?E?D? 200, 5 bytes, 12 ms (10.0.0.9)"));
        QCOMPARE(toLog(visit),
                 QByteArray("GET=/?31mR?E?D?; status=200; wrote=5; proto=http; "
                            "domain=a.test; is=BE; remote_ip=10.0.0.9"));
        const auto object = toJson(visit);
        const auto line = jsonLine(object);
        QVERIFY2(line.contains("\"/\\u009b31mR\\u202eE\\u2028D\\udb40\\udc01\""), line.constData());
        QCOMPARE(QJsonDocument::fromJson(line).object(), object);
    }

    void everyReasonHasASentence()
    {
        for (int n = 0; n <= int(DownReason::NoSecret); ++n) {
            const QString sentence
                = toText(Down {a, DownReason(n), QStringLiteral("/gone."), r, {}});
            QVERIFY2((sentence.contains(u"a.test") || sentence.contains(u"/gone"))
                         && sentence.contains(QLatin1Char('.')),
                     qPrintable(sentence));
        }
    }
};

QTEST_APPLESS_MAIN(TestEvents)
#include "tst_events.moc"
