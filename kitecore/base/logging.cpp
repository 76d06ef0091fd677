#include "kitecore/base/logging.h"

namespace kite {

Q_LOGGING_CATEGORY(lcNet, "kite.net", QtWarningMsg)
Q_LOGGING_CATEGORY(lcLink, "kite.link", QtWarningMsg)
Q_LOGGING_CATEGORY(lcTunnel, "kite.tunnel", QtWarningMsg)
Q_LOGGING_CATEGORY(lcRelay, "kite.relay", QtWarningMsg)
Q_LOGGING_CATEGORY(lcShare, "kite.share", QtWarningMsg)
Q_LOGGING_CATEGORY(lcSettings, "kite.settings", QtWarningMsg)
Q_LOGGING_CATEGORY(lcApp, "kite.app", QtWarningMsg)

} // namespace kite
