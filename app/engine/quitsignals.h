#pragma once

#include <memory>

#include <QObject>

namespace kite::app {

/// Ctrl+C, SIGTERM and a closed terminal, as a signal in the event loop. A second one ends the
/// process at once. One object at a time; it also keeps SIGPIPE from ending the process.
class QuitSignals final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(QuitSignals)

public:
    explicit QuitSignals(QObject *parent = nullptr);
    ~QuitSignals() override;

    /// From now on SIGHUP does not end the program but emits hungUp(), however often. (Windows has
    /// no such signal.)
    void outliveHangUps();

Q_SIGNALS:
    void quitAsked();
    void hungUp();

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace kite::app
