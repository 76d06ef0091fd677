#pragma once

#include <QObject>

namespace kite::app {

/// What the desktop knows of waking up and of networks: logind's PrepareForSleep (Linux) and Qt's
/// network information.
class SystemWatch final : public QObject
{
    Q_OBJECT

public:
    explicit SystemWatch(QObject *parent = nullptr);

Q_SIGNALS:
    void woke();

private Q_SLOTS:
    void prepareForSleep(bool begins);

private:
    void watchNetwork();
    void watchSleep();
};

} // namespace kite::app
