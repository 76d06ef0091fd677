#pragma once

#include <QObject>
#include <QTimer>

#include "app/engine/addresswatch.h"
#include "app/engine/sleepgauge.h"

namespace kite::app {

/// Tells when links may be dead without knowing it: the computer slept, the process was stopped,
/// or the network became another one.
class WakeWatch final : public QObject
{
    Q_OBJECT

public:
    explicit WakeWatch(QObject *parent = nullptr);

    /// Somebody else noticed.
    void tell();

Q_SIGNALS:
    /// Once for what comes together.
    void woke();

private:
    SleepGauge m_gauge;
    QTimer m_looking;
    QTimer m_telling;
    AddressWatch m_addresses;
};

} // namespace kite::app
