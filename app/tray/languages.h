#pragma once

class QCoreApplication;

namespace kite::app {

/// Loads the texts of Kiteline and of Qt in the language of the user's locale; English without.
void speakTheUsersLanguage(QCoreApplication &application);

} // namespace kite::app
