#include "kitecore/relay/programaccounts.h"

#include <algorithm>

#include "kitecore/base/logging.h"
#include "kitecore/relay/accountquery.h"

namespace kite::relay {

ProgramAccounts::ProgramAccounts(QString path, int parallel, std::chrono::milliseconds timeLimit)
    : m_path(std::move(path))
    , m_parallel(size_t(std::max(parallel, 1)))
    , m_timeLimit(timeLimit)
{
}

ProgramAccounts::~ProgramAccounts() = default;

bool ProgramAccounts::hasRoom() const
{
    return m_programs.empty() ? m_waiting.size() < m_parallel : idleProgram() != nullptr;
}

void ProgramAccounts::ask(const wire::KiteRequest &request, Answered answered)
{
    if (!m_programs.empty())
        return begin(request, std::move(answered));
    m_waiting.push_back({request, std::move(answered)});
    if (!m_scout)
        learn();
}

void ProgramAccounts::learn()
{
    m_scout = std::make_unique<AccountProgram>(m_path, AccountProgram::Way::EachTime, m_timeLimit);
    m_scout->ask({QStringLiteral("--capabilities")}, [this](std::optional<QByteArray> said) {
        m_scout.release()->deleteLater(); // is on the stack
        if (said)
            return learned(said->simplified().split(' '));
        const auto waiting = std::exchange(m_waiting, {}); // the next question tries again
        for (const auto &one : waiting)
            one.answered({});
    });
}

void ProgramAccounts::learned(const QByteArrayList &words)
{
    m_zeroKnowledge = words.contains("ZK-AUTH");
    const auto way
        = words.contains("SERVER") ? AccountProgram::Way::Server : AccountProgram::Way::EachTime;
    while (m_programs.size() < m_parallel)
        m_programs.push_back(std::make_unique<AccountProgram>(m_path, way, m_timeLimit));
    for (auto &one : std::exchange(m_waiting, {}))
        begin(one.request, std::move(one.answered));
}

void ProgramAccounts::begin(const wire::KiteRequest &request, Answered answered)
{
    auto *program = idleProgram();
    Q_ASSERT(program);
    const auto what = m_zeroKnowledge ? accountQuery(request, {}) : request.kite.domain;
    const QStringList words {m_zeroKnowledge ? QStringLiteral("--zk-auth")
                                             : QStringLiteral("--auth"),
                             QString::fromLatin1(what)};
    program->ask(words,
                 [zeroKnowledge = m_zeroKnowledge,
                  answered = std::move(answered)](const std::optional<QByteArray> &said) {
                     if (!said)
                         return answered({});
                     answered(zeroKnowledge ? answerOfZkAuth(*said) : answerOfAuth(*said));
                 });
}

AccountProgram *ProgramAccounts::idleProgram() const
{
    const auto idle
        = std::ranges::find_if(m_programs, [](const auto &program) { return !program->isBusy(); });
    return idle == m_programs.end() ? nullptr : idle->get();
}

} // namespace kite::relay
