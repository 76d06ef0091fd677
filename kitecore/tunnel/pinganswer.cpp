#include "kitecore/tunnel/pinganswer.h"

#include <algorithm>

namespace kite::tunnel {

namespace {

constexpr QByteArrayView beginning = "HTTP/1.1 503 Unavailable";

bool isUuid(QByteArrayView text)
{
    static constexpr qsizetype longest = 64;
    return !text.isEmpty() && text.size() <= longest && std::ranges::all_of(text, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
            || c == '-';
    });
}

std::optional<PingAnswer::Hint> readHint(const QByteArray &value)
{
    const auto blank = value.indexOf(' ');
    if (blank <= 0)
        return std::nullopt;
    PingAnswer::Hint hint {value.first(blank).toLower(), {}};
    for (const QByteArray &word : value.sliced(blank + 1).split(',')) {
        const QHostAddress address(QString::fromLatin1(word.trimmed()));
        if (!address.isNull() && hint.addresses.size() < PingAnswer::maxAddresses)
            hint.addresses.append(address);
    }
    return hint.addresses.isEmpty() ? std::nullopt : std::optional(hint);
}

void take(PingAnswer &answer, const QByteArray &line)
{
    const auto colon = line.indexOf(':');
    if (colon < 0)
        return;
    const QByteArray name = line.first(colon).toLower();
    const QByteArray value = line.sliced(colon + 1).trimmed();
    if (name == "x-pagekite-uuid" && isUuid(value))
        answer.uuid = value;
    else if (name == "x-pagekite-overloaded")
        answer.overloaded = true;
    else if (name == "x-dns" && answer.hints.size() < PingAnswer::maxHints) {
        if (auto hint = readHint(value))
            answer.hints.push_back(std::move(*hint));
    }
}

} // namespace

QByteArray PingAnswer::question()
{
    return "HEAD /ping HTTP/1.1\r\nHost: ping.pagekite\r\n\r\n"; // within 64 bytes: the fast way
}

Result<std::optional<PingAnswer>, PingError> PingAnswer::parse(QByteArrayView bytes, bool ended)
{
    const auto compared = std::min(bytes.size(), beginning.size());
    if (bytes.first(compared) != beginning.first(compared))
        return Err {PingError::NotARelay};
    const auto end = bytes.indexOf("\r\n\r\n");
    if (end < 0 && bytes.size() > maxHeadBytes)
        return Err {PingError::TooLong};
    if (end < 0 && !ended)
        return std::optional<PingAnswer> {};
    if (compared < beginning.size())
        return Err {PingError::NotARelay};
    PingAnswer answer;
    const QByteArrayView head = end < 0 ? bytes : bytes.first(end);
    for (const QByteArray &line : head.toByteArray().split('\n'))
        take(answer, line.trimmed());
    return std::optional(answer);
}

} // namespace kite::tunnel
