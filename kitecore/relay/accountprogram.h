#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

#include <QObject>
#include <QProcess>
#include <QStringList>
#include <QTimer>

namespace kite::relay {

/// Runs the operator's program: once for each question, or once for all, a line for each
/// (PROTOCOL.md, accounts). One question at a time. A program that is too slow or says too much is
/// killed. What it says on standard error goes to ours.
class AccountProgram final : public QObject
{
    Q_OBJECT

public:
    enum class Way {
        EachTime, ///< Arguments are arguments; the answer is all it prints; exit code 0.
        Server,   ///< Arguments are a line on standard input; the answer is a line.
    };
    /// What it said; nothing when it failed.
    using Said = std::function<void(std::optional<QByteArray>)>;

    static constexpr qsizetype maxAnswerBytes = qsizetype {64} * 1024;

    /// @param path of the program. @param timeLimit for one answer.
    AccountProgram(QString path, Way way, std::chrono::milliseconds timeLimit);
    ~AccountProgram() override; ///< kills it

    bool isBusy() const { return bool(m_said); }
    /// @param arguments no control characters. @param said called once, by the event loop; not any
    /// more once this is gone. May ask again.
    void ask(const QStringList &arguments, Said said);

private:
    void begin(const QStringList &arguments);
    void outputCame();
    void ended();
    void failed(const char *why);
    void tell(std::optional<QByteArray> what);
    void drop();

    const QString m_path;
    const Way m_way;
    std::unique_ptr<QProcess> m_process;
    QTimer m_limit;
    QByteArray m_output;
    Said m_said;
};

} // namespace kite::relay
