#include <QSet>
#include <QTest>

#include "kitecore/stats/snapshot.h"

using kite::stats::DownReason;
using kite::stats::downWord;

class TestDownWord : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// Scripts compare these words: a changed one breaks them.
    void isStable_data()
    {
        QTest::addColumn<DownReason>("reason");
        for (const auto &[word, reason] : words)
            QTest::newRow(word) << reason;
    }
    void isStable()
    {
        QFETCH(DownReason, reason);
        QCOMPARE(downWord(reason), QTest::currentDataTag());
    }

    void isUnique()
    {
        QSet<QByteArray> seen;
        for (const auto &[word, reason] : words)
            seen.insert(downWord(reason));
        QCOMPARE(seen.size(), qsizetype(words.size()));
        QCOMPARE(int(words.back().second), int(words.size()) - 1);
    }

private:
    static constexpr std::array words {
        std::pair {"none", DownReason::None},
        std::pair {"unreachable", DownReason::Unreachable},
        std::pair {"link-lost", DownReason::LinkLost},
        std::pair {"bad-secret", DownReason::BadSecret},
        std::pair {"unknown-kite", DownReason::UnknownKite},
        std::pair {"name-taken", DownReason::NameTaken},
        std::pair {"not-served", DownReason::NotServed},
        std::pair {"quota", DownReason::Quota},
        std::pair {"untrusted", DownReason::Untrusted},
        std::pair {"not-a-relay", DownReason::NotARelay},
        std::pair {"port-taken", DownReason::PortTaken},
        std::pair {"nothing-there", DownReason::NothingThere},
        std::pair {"no-secret", DownReason::NoSecret},
    };
};

QTEST_APPLESS_MAIN(TestDownWord)
#include "tst_downword.moc"
