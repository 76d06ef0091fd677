#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <unordered_set>
#include <vector>

#include <QHash>
#include <QObject>

#include "kitecore/net/loop.h"
#include "kitecore/relay/accountservice.h"
#include "kitecore/relay/linkmail.h"

namespace kite::relay {

/// Kites of one greeting that somebody else has to be asked about.
struct AccountQuestion
{
    quint64 link = 0;
    RulingLetter::About about = RulingLetter::About::Greeting;
    std::shared_ptr<LinkMail> asker; ///< gets a RulingLetter, always and once
    QString address;                 ///< of the connector
    std::vector<wire::KiteRequest> requests;
    std::vector<size_t> places; ///< of each of them in the greeting
    size_t greetingSize = 0;
};
using AccountMail = Mailbox<AccountQuestion>;

/// Where links on all threads ask for accounts: hands each question to the service of its kite, so
/// many at a time as that one takes. Links take turns, and none waits longer than `patience`: what
/// is unanswered by then has failed, as has what finds no place. Lives on the relay's own thread.
class AccountDesk final : public QObject
{
    Q_OBJECT

public:
    static constexpr std::chrono::seconds patience {15};
    static constexpr size_t maxWaiting = 4096;          ///< requests
    static constexpr size_t maxWaitingOfAddress = 1024; ///< requests

    using Services = std::vector<std::unique_ptr<AccountService>>;

    /// @param services one for each source, in their order.
    AccountDesk(net::Loop &loop, QList<AccountSource> sources, Services services);
    ~AccountDesk() override; ///< what is unanswered has failed

    /// @param options `parallel`: how many questions a program is asked at a time.
    static Services servicesFor(net::Loop &loop, const QList<AccountSource> &sources, int parallel);

    const std::shared_ptr<AccountMail> &mail() const { return m_mail; }

protected:
    void customEvent(QEvent *event) override;

private:
    struct Batch
    {
        AccountQuestion question;
        Rulings rulings;
        size_t next = 0;    ///< not yet asked
        size_t pending = 0; ///< without answer
        net::Deadlines::Token limit;
        bool isOver = false;
    };
    using BatchPtr = std::shared_ptr<Batch>;

    void take(AccountQuestion question);
    void askMore();
    bool askNextOf(const BatchPtr &batch);
    AccountService *serviceFor(const QByteArray &domain) const;
    void answered(const BatchPtr &batch, size_t index, AccountAnswer answer);
    void settle(const BatchPtr &batch);

    net::Loop &m_loop;
    const QList<AccountSource> m_sources;
    std::shared_ptr<AccountMail> m_mail;
    std::deque<BatchPtr> m_batches;      ///< with something to ask
    std::unordered_set<BatchPtr> m_open; ///< without a letter yet
    size_t m_waiting = 0;
    QHash<QString, size_t> m_waitingOf;
    bool m_isAsking = false;
    Services m_services; ///< goes first: no answers any more
};

} // namespace kite::relay
