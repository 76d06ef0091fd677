#pragma once

#include <string>
#include <variant>
#include <vector>

#include <QStringList>

#include "app/tray/singleinstance.h"

namespace kite::app {

/// What to print instead of starting.
struct Reply
{
    int exitCode = 0;
    QString text;
};

/// The command line in memory of our own: in the one that `ps` shows, the secret of an invitation
/// is overwritten. Has to live as long as the application.
class OwnWords
{
public:
    OwnWords(int argc, char **argv);
    Q_DISABLE_COPY_MOVE(OwnWords)

    int &count() { return m_count; }
    char **words() { return m_words.data(); }

private:
    int m_count;
    std::vector<std::string> m_texts;
    std::vector<char *> m_words; ///< null at the end
};

/// Reads `kiteline [--background] [PATH...] [INVITATION]`; paths become absolute here, before
/// another process, with another working folder, gets them. Whether an invitation makes sense is
/// not looked at.
std::variant<Wish, Reply> readStartWords(const QStringList &words);

} // namespace kite::app
