#pragma once

#include <QList>
#include <QString>

#include "kitecore/base/kiteid.h"

namespace kite::cli {

/// The port that visitors of a relay use: the one that we dialled, if they may, else the usual one
/// it has, else its first.
/// @param visitorPorts what the relay says; empty: nothing.
quint16 visitorPort(quint16 dialled, const QList<quint16> &visitorPorts);

/// Where visitors find a kite, as they would type it: `https://a.example/`, `ssh://a.example/`,
/// `http://a.example:8080/`.
/// @param relayPort visitorPort(). @param relayHasTls visitors can use https there.
QString publicAddress(const KiteId &kite, quint16 relayPort, bool relayHasTls);

} // namespace kite::cli
