#include "kitecore/settings/kitewords.h"

#include <algorithm>

namespace kite::settings {

Result<QList<KiteWords>, SpecFailure> parseKiteWords(const QStringList &words)
{
    QList<KiteWords> all;
    QStringList group;
    const auto finish = [&]() -> Result<void, SpecFailure> {
        const auto kites = parseFriendlyWords(group);
        if (!kites)
            return Err {kites.error()};
        const auto plain = std::ranges::count_if(
            group, [](const QString &word) { return !word.startsWith(QLatin1Char('+')); });
        const bool bare = plain == 1 && !group.first().contains(QLatin1Char(':'));
        all.append({kites->first(), bare, plain > 1});
        group.clear();
        return {};
    };
    for (const QString &word : words) {
        if (word != u"AND") {
            group.append(word);
        } else if (const auto done = finish(); !done) {
            return Err {done.error()};
        }
    }
    if (const auto done = finish(); !done)
        return Err {done.error()};
    return all;
}

} // namespace kite::settings
