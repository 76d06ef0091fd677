#pragma once

#include <memory>
#include <vector>

#include "kitecore/relay/accountprogram.h"
#include "kitecore/relay/accountservice.h"

namespace kite::relay {

/// Asks a program of the operator's (PROTOCOL.md, accounts). First what it can do
/// (`--capabilities`), then `--zk-auth` if it can that, else `--auth`; one process for all
/// questions if it can be a server, else one for each.
class ProgramAccounts final : public AccountService
{
    Q_DISABLE_COPY_MOVE(ProgramAccounts)

public:
    static constexpr std::chrono::milliseconds usualTimeLimit {8'000};

    /// @param path of the program. @param parallel how many questions at a time; at least 1.
    ProgramAccounts(QString path, int parallel,
                    std::chrono::milliseconds timeLimit = usualTimeLimit);
    ~ProgramAccounts() override;

    bool hasRoom() const override;
    void ask(const wire::KiteRequest &request, Answered answered) override;

private:
    struct Waiting
    {
        wire::KiteRequest request;
        Answered answered;
    };

    void learn();
    void learned(const QByteArrayList &words);
    void begin(const wire::KiteRequest &request, Answered answered);
    AccountProgram *idleProgram() const;

    const QString m_path;
    const size_t m_parallel;
    const std::chrono::milliseconds m_timeLimit;
    bool m_zeroKnowledge = false;
    std::unique_ptr<AccountProgram> m_scout;                 ///< learns what it can do
    std::vector<Waiting> m_waiting;                          ///< for that
    std::vector<std::unique_ptr<AccountProgram>> m_programs; ///< empty: nothing learned yet
};

} // namespace kite::relay
