#include "kitecore/base/harmless.h"

#include <algorithm>

namespace kite {

bool isTreacherous(char32_t c)
{
    switch (QChar::category(c)) {
    case QChar::Other_Control:
    case QChar::Other_Format:
    case QChar::Other_Surrogate:
    case QChar::Separator_Line:
    case QChar::Separator_Paragraph:
        return true;
    default:
        return QChar::isNonCharacter(c);
    }
}

QString harmless(QStringView text, qsizetype most)
{
    QString safe;
    qsizetype count = 0;
    const auto enough = std::min(text.size(), 2 * most + 2); // a character has at most two units
    for (const char32_t c : text.first(enough).toUcs4()) {
        if (count++ == most)
            return safe + QLatin1String("...");
        const bool isBlank = c >= U'\t' && c <= U'\r';
        if (isBlank)
            safe += QLatin1Char(' ');
        else if (isTreacherous(c))
            safe += QLatin1Char('?');
        else
            safe += QStringView(QChar::fromUcs4(c));
    }
    return safe;
}

} // namespace kite
