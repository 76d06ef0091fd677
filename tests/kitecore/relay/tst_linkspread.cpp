#include <QTest>

#include "kitecore/relay/linkspread.h"

using kite::relay::LinkMail;
using kite::relay::LinksMoved;
using kite::relay::LinkSpread;

/// Who keeps links, and who accepts.
class TestLinkSpread : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void allAcceptWhereThereIsNoLink();
    void aLinkGoesToWhoHasFewest();
    void thoseOnTheirWayCount();
    void onlyThoseWithLinksAccept();
    void allHearOfAFirstAndALastLink();
    void whoLeavesTakesItsLinksAlong();
    void aStrangerKeepsItsOwn();

private:
    using Mail = LinkSpread::WorkerMail;
    static qsizetype newsFor(const Mail &worker) { return qsizetype(worker->take().size()); }

    QObject m_reader;
    std::unique_ptr<LinkSpread> m_spread;
    Mail m_one;
    Mail m_two;
};

void TestLinkSpread::init()
{
    m_spread = std::make_unique<LinkSpread>();
    m_one = std::make_shared<LinkMail>(&m_reader);
    m_two = std::make_shared<LinkMail>(&m_reader);
    m_spread->join(m_one);
    m_spread->join(m_two);
}

void TestLinkSpread::allAcceptWhereThereIsNoLink()
{
    QVERIFY(m_spread->isFitToAccept(m_one));
    QVERIFY(m_spread->isFitToAccept(m_two));
}

void TestLinkSpread::aLinkGoesToWhoHasFewest()
{
    QCOMPARE(m_spread->keeperFor(m_two), m_two);
    m_spread->linkCame(m_two);
    QCOMPARE(m_spread->keeperFor(m_two), m_one);
    QCOMPARE(m_spread->keeperFor(m_one), m_one);
    m_spread->arrived(m_one);
    m_spread->linkCame(m_one);
    QCOMPARE(m_spread->keeperFor(m_one), m_one);
    QCOMPARE(m_spread->keeperFor(m_two), m_two);
}

/// A burst that comes to one worker is shared before the other has read of it.
void TestLinkSpread::thoseOnTheirWayCount()
{
    m_spread->linkCame(m_one);
    QCOMPARE(m_spread->keeperFor(m_one), m_two);
    QCOMPARE(m_spread->keeperFor(m_one), m_one);
    m_spread->linkCame(m_one);
    QCOMPARE(m_spread->keeperFor(m_one), m_two);
    QVERIFY(!m_spread->isFitToAccept(m_two)); // it has none yet
    m_spread->arrived(m_two);
    m_spread->arrived(m_two); // and kept none of them
    QCOMPARE(m_spread->keeperFor(m_one), m_two);
}

void TestLinkSpread::onlyThoseWithLinksAccept()
{
    m_spread->linkCame(m_two);
    QVERIFY(!m_spread->isFitToAccept(m_one));
    QVERIFY(m_spread->isFitToAccept(m_two));
    m_spread->linkCame(m_one);
    QVERIFY(m_spread->isFitToAccept(m_one));
    m_spread->linkWent(m_one);
    m_spread->linkWent(m_two);
    QVERIFY(m_spread->isFitToAccept(m_one));
    QVERIFY(m_spread->isFitToAccept(m_two));
}

void TestLinkSpread::allHearOfAFirstAndALastLink()
{
    m_spread->linkCame(m_one);
    QCOMPARE(newsFor(m_one), 1);
    QCOMPARE(newsFor(m_two), 1);
    m_spread->linkCame(m_one);
    m_spread->linkWent(m_one);
    QCOMPARE(newsFor(m_one), 0);
    m_spread->linkWent(m_one);
    QCOMPARE(newsFor(m_one), 1);
    QCOMPARE(newsFor(m_two), 1);
}

void TestLinkSpread::whoLeavesTakesItsLinksAlong()
{
    m_spread->linkCame(m_one);
    QVERIFY(!m_spread->isFitToAccept(m_two));
    m_spread->leave(m_one);
    QVERIFY(m_spread->isFitToAccept(m_two));
    QCOMPARE(m_spread->keeperFor(m_two), m_two);
}

void TestLinkSpread::aStrangerKeepsItsOwn()
{
    const auto stranger = std::make_shared<LinkMail>(&m_reader);
    QCOMPARE(m_spread->keeperFor(stranger), stranger);
    m_spread->linkCame(stranger);
    QVERIFY(m_spread->isFitToAccept(m_one));
}

QTEST_GUILESS_MAIN(TestLinkSpread)

#include "tst_linkspread.moc"
