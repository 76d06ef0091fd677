#pragma once

#include <QColor>
#include <QPalette>

#include "kitecore/stats/snapshot.h"

/// Colours that the palette does not have. Each holds 3:1 against the window, light or dark, and
/// none is the only sign of what it means.
namespace kite::ui {

/// Qt 6.4 cannot be asked for the colour scheme: the window's lightness tells.
bool isDark(const QPalette &palette);

QColor stateColor(stats::KiteState state, const QPalette &palette);
QColor outColor(const QPalette &palette); ///< what visitors get
QColor inColor(const QPalette &palette);  ///< what visitors send
QColor dimText(const QPalette &palette);  ///< second lines; 4.5:1
QColor hairline(const QPalette &palette); ///< rules and grid lines

} // namespace kite::ui
