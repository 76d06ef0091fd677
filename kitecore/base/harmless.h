#pragma once

#include <QString>

/// What others say, for terminals, logs and lists.
namespace kite {

/// Whether a character does something instead of being seen: control characters (a terminal takes
/// commands by them), invisible ones, and those that end lines or turn the order of others around
/// (Unicode's Cc, Cf, Zl, Zp, and what is no character).
bool isTreacherous(char32_t c);

/// One line that does nothing but to be read: tabs and ends of lines become blanks, other
/// treacherous characters `?`. At most `most` characters, and `...` where there were more.
QString harmless(QStringView text, qsizetype most);

} // namespace kite
