#pragma once

#include <QObject>

#include "app/engine/engine.h"

namespace kite::app {

/// The engine as the windows' thread sees it: calls and answers travel, nothing is waited for.
class Core : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    virtual void setKites(const QList<WantedKite> &kites) = 0;
    virtual void setPreferences(const settings::Preferences &preferences) = 0;
    virtual void retryNow() = 0;
    /// The network or the computer came back.
    virtual void wake() { retryNow(); }

Q_SIGNALS:
    void kiteChanged(const kite::stats::KiteSnapshot &snapshot);
    /// Once a second while anything is wanted.
    void sampled(const kite::stats::Snapshot &snapshot);
};

} // namespace kite::app
