#pragma once

#include <qt_windows.h>

#include "kitecore/share/openfile.h"

namespace kite::share {

/// What an error of opening or looking at a file means for a visitor.
OpenError toOpenError(DWORD error);

/// Closed if it cannot be opened: GetLastError() says why. @param path with backslashes
FileHandle openForReading(const QString &path);

} // namespace kite::share
