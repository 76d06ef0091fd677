#include "app/cli/argvwipe.h"

#include <cstring>

#include "app/cli/optiontable.h"
#include "app/engine/invitationword.h"

namespace kite::cli {

namespace {

void wipe(char *from)
{
    std::memset(from, '*', std::strlen(from));
}

/// Overwrites what stands behind so many colons; everything if there are fewer.
void wipeSecret(char *value, int colonsBefore)
{
    char *from = value;
    for (int n = 0; n < colonsBefore && from; ++n) {
        from = std::strchr(from, ':');
        if (from)
            ++from;
    }
    if (from)
        wipe(from);
}

/// @return the option that the next word is the value of, null: none.
const Option *wipeLong(char *body)
{
    char *equals = std::strchr(body, '=');
    const auto bytes = equals ? equals - body : qsizetype(std::strlen(body));
    const auto *option = findOption(QString::fromLocal8Bit(body, bytes));
    if (!equals)
        return option;
    if (!option)
        wipe(equals + 1);
    else if (option->colonsBeforeSecret >= 0)
        wipeSecret(equals + 1, option->colonsBeforeSecret);
    return nullptr;
}

const Option *wipeLetters(char *letters)
{
    for (; *letters; ++letters) {
        const auto *option = findLetter(QLatin1Char(*letters));
        if (!option || option->takes != Takes::Value)
            continue;
        if (letters[1] == '\0')
            return option;
        if (option->colonsBeforeSecret >= 0)
            wipeSecret(letters + 1, option->colonsBeforeSecret);
        return nullptr;
    }
    return nullptr;
}

} // namespace

QStringList takeWords(std::span<char *const> argv)
{
    QStringList words;
    const Option *valueOf = nullptr;
    for (char *word : argv.subspan(argv.empty() ? 0 : 1)) {
        words.append(QString::fromLocal8Bit(word));
        if (valueOf && valueOf->takes == Takes::Value) {
            if (valueOf->colonsBeforeSecret >= 0)
                wipeSecret(word, valueOf->colonsBeforeSecret);
            valueOf = nullptr;
        } else if (std::strncmp(word, "--", 2) == 0) {
            valueOf = wipeLong(word + 2);
        } else if (word[0] == '-') {
            valueOf = wipeLetters(word + 1);
        } else if (char *equals = word[0] == '+' ? std::strchr(word, '=') : nullptr) {
            wipe(equals + 1); // +password/name=...
        } else {
            app::hideInvitation(word);
        }
    }
    return words;
}

secrets::Secret takeEnvironment(const char *name)
{
    // Before any other thread.  NOLINTNEXTLINE(concurrency-mt-unsafe)
    char *value = std::getenv(name);
    if (!value)
        return {};
    secrets::Secret secret {QByteArrayView(value)};
    wipe(value);
    qunsetenv(name);
    return secret;
}

} // namespace kite::cli
