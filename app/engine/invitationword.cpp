#include "app/engine/invitationword.h"

#include <cstring>

namespace kite::app {

namespace {

constexpr QLatin1String scheme("kite:");

} // namespace

bool isInvitation(QStringView word)
{
    return word.trimmed().startsWith(scheme, Qt::CaseInsensitive);
}

void hideInvitation(char *word)
{
    word += std::strspn(word, " \t\r\n\v\f"); // as copying brings them along
    if (qstrnicmp(word, scheme.data(), size_t(scheme.size())) != 0)
        return;
    if (char *mark = std::strchr(word, '#'))
        std::memset(mark + 1, '*', std::strlen(mark + 1));
}

} // namespace kite::app
