#include "kitecore/relay/accessline.h"

#include <algorithm>
#include <array>

#include <QDateTime>
#include <QLocale>

namespace kite::relay {

namespace {

constexpr qsizetype maxRequestBytes = 2048;
constexpr qsizetype maxFieldBytes = 512;

/// Part of a parameter's name that makes its value a secret.
constexpr std::array secretWords {"pass", "pwd",  "secret",  "token", "auth",
                                  "key",  "sign", "session", "jwt",   "credential"};
constexpr std::array secretNames {"sid", "sig", "code", "pw", "otp", "pin"};

bool isSecret(QByteArrayView name)
{
    const auto lower = QByteArray::fromPercentEncoding(name.toByteArray()).toLower();
    return std::ranges::any_of(secretWords, [&](const char *word) { return lower.contains(word); })
        || std::ranges::any_of(secretNames, [&](const char *word) { return lower == word; });
}

/// `a=1&token=2` with stars for the 2.
QByteArray withoutSecrets(QByteArrayView query)
{
    QByteArray text;
    for (QByteArrayView rest = query;;) {
        const auto *const end
            = std::ranges::find_if(rest, [](char c) { return c == '&' || c == ';'; });
        const auto size = end - rest.begin();
        const auto pair = rest.first(size);
        const auto equals = pair.indexOf('=');
        if (equals >= 0 && isSecret(pair.first(equals)))
            text.append(pair.first(equals + 1)).append("***");
        else
            text.append(pair);
        if (end == rest.end())
            return text;
        text.append(*end);
        rest = rest.sliced(size + 1);
    }
}

/// An address, or the path and query of one.
QByteArray withoutSecretsOfUrl(QByteArrayView url)
{
    QByteArray text = url.toByteArray();
    if (const auto scheme = text.indexOf("://"); scheme >= 0) {
        const auto begin = scheme + 3;
        auto end = std::ranges::find_if(text.cbegin() + begin, text.cend(),
                                        [](char c) { return c == '/' || c == '?' || c == '#'; })
            - text.cbegin();
        const auto at = text.lastIndexOf('@', end - 1);
        if (at >= begin)
            text.remove(begin, at + 1 - begin);
    }
    const auto mark = text.indexOf('?');
    return mark < 0 ? text
                    : text.first(mark + 1) + withoutSecrets(QByteArrayView(text).sliced(mark + 1));
}

/// Nothing that ends a line or a field, or that a terminal obeys.
QByteArray escaped(QByteArrayView field, qsizetype most)
{
    static constexpr char digits[] = "0123456789abcdef";
    QByteArray text;
    for (const char c : field.first(std::min(field.size(), most))) {
        const auto byte = uchar(c);
        if (byte >= 0x20 && byte < 0x7f && c != '"' && c != '\\')
            text.append(c);
        else
            text.append("\\x").append(digits[byte >> 4]).append(digits[byte & 15]);
    }
    return text;
}

QByteArray quoted(QByteArrayView field, qsizetype most = maxFieldBytes)
{
    return field.isEmpty() ? QByteArray("\"-\"") : '"' + escaped(field, most) + '"';
}

/// A field without quotes: no blanks.
QByteArray bare(QByteArrayView field)
{
    return field.isEmpty() ? QByteArray("-") : escaped(field, maxFieldBytes).replace(' ', "\\x20");
}

QByteArray timeOf(std::chrono::seconds time)
{
    const auto utc = QDateTime::fromSecsSinceEpoch(time.count(), Qt::UTC);
    return QLocale::c().toString(utc, QStringLiteral("[dd/MMM/yyyy:HH:mm:ss +0000]")).toLatin1();
}

} // namespace

void describeRequest(const http::RequestHead &head, Access &access)
{
    access.request = head.method + ' ' + withoutSecretsOfUrl(head.target) + " HTTP/1."
        + QByteArray::number(head.minorVersion);
    access.referrer = withoutSecretsOfUrl(head.header("Referer").value_or(QByteArrayView()));
    access.agent = head.header("User-Agent").value_or(QByteArrayView()).toByteArray();
}

QByteArray streamRequest(const QByteArray &protocol, const QByteArray &host, quint16 port)
{
    return "CONNECT " + host + ':' + QByteArray::number(port) + ' ' + protocol.toUpper();
}

QByteArray accessLine(const Access &access)
{
    const auto status = access.status == 0 ? QByteArray("-") : QByteArray::number(access.status);
    QByteArray line = bare(access.address.toUtf8()) + " - - " + timeOf(access.time) + ' '
        + quoted(access.request, maxRequestBytes) + ' ' + status + ' '
        + QByteArray::number(access.out) + ' ' + quoted(access.referrer) + ' '
        + quoted(access.agent) + " kite=" + bare(access.kite) + " proto=" + bare(access.protocol)
        + " in=" + QByteArray::number(access.in)
        + " ms=" + QByteArray::number(qint64(access.lasted.count()));
    if (!access.refused.isEmpty())
        line += " refused=" + access.refused;
    return line + '\n';
}

} // namespace kite::relay
