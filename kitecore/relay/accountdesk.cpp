#include "kitecore/relay/accountdesk.h"

#include <algorithm>

#include "kitecore/base/logging.h"
#include "kitecore/relay/accountquery.h"
#include "kitecore/relay/dnsaccounts.h"
#include "kitecore/relay/programaccounts.h"

namespace kite::relay {

AccountDesk::AccountDesk(net::Loop &loop, QList<AccountSource> sources, Services services)
    : m_loop(loop)
    , m_sources(std::move(sources))
    , m_mail(std::make_shared<AccountMail>(this))
    , m_services(std::move(services))
{
    Q_ASSERT(size_t(m_sources.size()) == m_services.size());
}

AccountDesk::~AccountDesk()
{
    m_services.clear(); // they are not asked any more
    for (auto &question : m_mail->take())
        take(std::move(question));
    m_mail->close();
    const auto open = std::exchange(m_open, {});
    for (const auto &batch : open)
        settle(batch);
}

AccountDesk::Services AccountDesk::servicesFor(net::Loop &loop, const QList<AccountSource> &sources,
                                               int parallel)
{
    Services services;
    for (const auto &source : sources) {
        if (source.program.isEmpty())
            services.push_back(std::make_unique<DnsAccounts>(loop, source.dnsSuffix));
        else
            services.push_back(std::make_unique<ProgramAccounts>(source.program, parallel));
    }
    return services;
}

/// Nothing but the mailbox posts such events.
void AccountDesk::customEvent(QEvent *)
{
    for (auto &question : m_mail->take())
        take(std::move(question));
    askMore();
}

void AccountDesk::take(AccountQuestion question)
{
    auto batch = std::make_shared<Batch>();
    const auto size = question.requests.size();
    batch->rulings.resize(question.greetingSize);
    for (const auto place : question.places)
        batch->rulings[place].emplace(); // failed, until somebody says otherwise
    batch->question = std::move(question);
    auto &ofAddress = m_waitingOf[batch->question.address];
    const bool fits
        = m_waiting + size <= maxWaiting && ofAddress + size <= maxWaitingOfAddress && size > 0;
    m_waiting += size;
    ofAddress += size;
    if (!fits) {
        qCWarning(lcRelay) << "too many questions about accounts; refusing" << size << "from"
                           << batch->question.address;
        return settle(batch);
    }
    m_open.insert(batch);
    batch->pending = size;
    const auto late = [this, weak = std::weak_ptr(batch)] {
        if (const auto overdue = weak.lock())
            settle(overdue);
    };
    batch->limit = m_loop.deadlines().after(patience, late);
    m_batches.push_back(std::move(batch));
}

/// A turn asks one question of each batch; batches whose service is busy wait.
void AccountDesk::askMore()
{
    if (std::exchange(m_isAsking, true))
        return;
    for (size_t vain = 0; !m_batches.empty() && vain < m_batches.size();) {
        auto batch = std::move(m_batches.front());
        m_batches.pop_front();
        vain = askNextOf(batch) ? 0 : vain + 1;
        if (!batch->isOver && batch->next < batch->question.requests.size())
            m_batches.push_back(std::move(batch));
    }
    m_isAsking = false;
}

/// @return false if it has to wait.
bool AccountDesk::askNextOf(const BatchPtr &batch)
{
    if (batch->isOver)
        return true;
    const auto index = batch->next;
    const auto &request = batch->question.requests[index];
    auto *service = serviceFor(request.kite.domain);
    if (service && !service->hasRoom())
        return false;
    ++batch->next;
    if (service)
        service->ask(request, [this, batch, index](AccountAnswer answer) {
            answered(batch, index, std::move(answer));
        });
    else
        answered(batch, index, {});
    return true;
}

AccountService *AccountDesk::serviceFor(const QByteArray &domain) const
{
    const auto *source = sourceFor(domain, m_sources);
    return source ? m_services[size_t(source - m_sources.constData())].get() : nullptr;
}

void AccountDesk::answered(const BatchPtr &batch, size_t index, AccountAnswer answer)
{
    if (!batch->isOver) {
        batch->rulings[batch->question.places[index]] = std::move(answer);
        if (--batch->pending == 0)
            settle(batch);
    }
    askMore();
}

void AccountDesk::settle(const BatchPtr &settled)
{
    auto &batch = *settled;
    batch.isOver = true;
    batch.limit.cancel();
    const auto size = batch.question.requests.size();
    m_waiting -= size;
    const auto ofAddress = m_waitingOf.find(batch.question.address);
    if ((*ofAddress -= size) == 0)
        m_waitingOf.erase(ofAddress);
    batch.question.asker->post(
        RulingLetter {batch.question.link, batch.question.about, std::move(batch.rulings)});
    m_open.erase(settled);
}

} // namespace kite::relay
