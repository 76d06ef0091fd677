#pragma once

#include <chrono>

#include <QString>

/// Numbers as people of the current QLocale read them.
namespace kite::ui {

QString bytesText(qint64 bytes);         ///< `1.4 GB`
QString rateText(qint64 bytesPerSecond); ///< `1.2 MB/s`

QString visitorsText(qint64 visitors); ///< `3 visitors`
QString kitesText(qint64 kites);       ///< `2 kites`
QString filesText(qint64 files);       ///< `128 files`

/// How long ago, in the largest unit that says enough: `now`, `40 s ago`, `3 min ago`.
QString ageText(std::chrono::seconds age);

} // namespace kite::ui
