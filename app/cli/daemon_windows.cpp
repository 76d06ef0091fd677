#include "app/cli/daemon.h"

namespace kite::cli {

// Services of Windows are made by its service manager; the options' reader tells.

Daemon::~Daemon() = default;

std::optional<int> Daemon::begin()
{
    return std::nullopt;
}

void Daemon::detach() {}

Result<RunAs, QString> findUser(const QString &)
{
    return RunAs {};
}

QString userName()
{
    return qEnvironmentVariable("USERNAME");
}

Result<void, QString> become(const RunAs &)
{
    return {};
}

} // namespace kite::cli
