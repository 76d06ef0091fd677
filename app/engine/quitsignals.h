#pragma once

#include <memory>

#include <QObject>

namespace kite::app {

/// How a process is asked to end.
enum class Quit {
    AtOnce, ///< Ctrl+C, a closed terminal
    Gently, ///< SIGTERM: finish what is under way, if that does not take long
};

/// What SIGHUP means while the terminal is still there, or where there never was one.
enum class HangUp { Quits, Reloads };

/// Ctrl+C, SIGTERM and a closed terminal, as a signal in the event loop. A second one ends the
/// process at once. One object at a time; it also keeps SIGPIPE from ending the process.
class QuitSignals final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(QuitSignals)

public:
    explicit QuitSignals(HangUp hangUp = HangUp::Quits, QObject *parent = nullptr);
    ~QuitSignals() override;

    /// From now on SIGHUP means HangUp::Reloads, terminal or not. (Windows has no such signal.)
    void outliveHangUps();

Q_SIGNALS:
    void quitAsked(kite::app::Quit how);
    void reloadAsked(); ///< SIGHUP with HangUp::Reloads, any number of times

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace kite::app
