#pragma once

#include <QLoggingCategory>

/// One category a module; switched by QT_LOGGING_RULES or by `--loglevel`.
/// Never logged at any level: secrets, signatures, request targets and bodies.
namespace kite {

Q_DECLARE_LOGGING_CATEGORY(lcNet)
Q_DECLARE_LOGGING_CATEGORY(lcLink)
Q_DECLARE_LOGGING_CATEGORY(lcTunnel)
Q_DECLARE_LOGGING_CATEGORY(lcRelay)
Q_DECLARE_LOGGING_CATEGORY(lcShare)
Q_DECLARE_LOGGING_CATEGORY(lcSettings)
Q_DECLARE_LOGGING_CATEGORY(lcApp)

} // namespace kite
