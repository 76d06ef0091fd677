#pragma once

#include <variant>

#include <QStringList>

#include "app/tray/singleinstance.h"

namespace kite::app {

/// What to print instead of starting.
struct Reply
{
    int exitCode = 0;
    QString text;
};

/// Reads `kiteline [--background] [PATH...]`; paths become absolute here, before another process,
/// with another working folder, gets them.
std::variant<Wish, Reply> readStartWords(const QStringList &words);

} // namespace kite::app
