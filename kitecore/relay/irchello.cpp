#include "kitecore/relay/irchello.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include "kitecore/relay/routinghost.h"

namespace kite::relay {

namespace {

/// What clients say before they are registered.
constexpr std::array<QByteArrayView, 6> preludes {"CAP",  "AUTHENTICATE", "PASS",
                                                  "NICK", "USER",         "WEBIRC"};

bool isOneOf(QByteArrayView word, std::span<const QByteArrayView> words)
{
    return std::ranges::any_of(words, [word](QByteArrayView known) {
        return word.size() == known.size() && word.compare(known, Qt::CaseInsensitive) == 0;
    });
}

/// Up to its blank or line end; all of it if there is none.
QByteArrayView firstWord(QByteArrayView text)
{
    return text.first(std::ranges::find_first_of(text, QByteArrayView(" \r\n")) - text.begin());
}

Refusal notRegistered()
{
    return Refusal {":kite 451 * :You have not registered: say which server you want, by "
                    "NICK name@server or USER name@server\r\nERROR :Closing link\r\n"};
}

/// A line that names a server.
struct Naming
{
    QByteArray host;
    QByteArray line; ///< without the server
};

/// @param line with its end.
std::optional<Naming> readNaming(QByteArrayView line)
{
    const auto command = firstWord(line);
    if (command.size() + 1 >= line.size())
        return std::nullopt;
    const auto word = firstWord(line.sliced(command.size() + 1));
    const auto at = word.lastIndexOf('@');
    if (at <= 0 || (at == 1 && word.front() == ':'))
        return std::nullopt;
    const auto host = routingHost(word.sliced(at + 1));
    if (!host)
        return std::nullopt;
    auto without = line.toByteArray();
    without.remove(command.size() + 1 + at, word.size() - at);
    return Naming {*host, without};
}

} // namespace

bool beginsIrc(QByteArrayView bytes)
{
    const auto word = firstWord(bytes);
    return word.size() < bytes.size()
        && (isOneOf(word, preludes) || word.compare("JOIN", Qt::CaseInsensitive) == 0);
}

Finding lookForIrc(QByteArrayView bytes)
{
    bool nick = false;
    bool user = false;
    qsizetype begin = 0;
    for (auto end = bytes.indexOf('\n'); end >= 0; end = bytes.indexOf('\n', begin)) {
        if (end >= maxIrcHelloBytes)
            return notRegistered();
        const auto line = bytes.sliced(begin, end + 1 - begin);
        const auto command = firstWord(line).toByteArray().toUpper();
        begin = end + 1;
        if (command.isEmpty())
            continue;
        if (!isOneOf(command, preludes))
            return notRegistered();
        nick |= command == "NICK";
        user |= command == "USER";
        if (command != "NICK" && command != "USER")
            continue;
        if (auto naming = readNaming(line))
            return NamedVisit {Asking::Irc, naming->host, begin,
                               bytes.first(begin - line.size()).toByteArray() + naming->line};
        if (nick && user)
            return notRegistered();
    }
    return bytes.size() < maxIrcHelloBytes ? Finding {NeedMore {}} : notRegistered();
}

QByteArray ircNoSuchServer(QByteArrayView host)
{
    return ":kite 402 * " + host.toByteArray() + " :No such server\r\nERROR :Closing link\r\n";
}

} // namespace kite::relay
