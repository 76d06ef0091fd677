#include "kitecore/origin/firewall.h"

#include <algorithm>
#include <array>

#include <QByteArray>

#include "kitecore/http/fieldsyntax.h"
#include "kitecore/http/targetpath.h"

namespace kite::origin {

namespace {

constexpr std::array<QByteArrayView, 5> watchedMethods {"GET", "POST", "PUT", "PATCH", "DELETE"};
constexpr std::array<QByteArrayView, 7> tops {
    "xampp/", "security/", "licenses/", "webalizer/", "server-status", "server-info", "adm"};
constexpr std::array<QByteArrayView, 5> names {"wp-config.php", "system32/", "..", ".htaccess",
                                               ".htpass"};

/// Asked of a dozen words for each name in a path, which mostly differ in the first letter.
bool begins(QByteArrayView text, QByteArrayView word)
{
    return text.size() >= word.size() && text.front() == word.front()
        && std::equal(word.begin(), word.end(), text.begin());
}

template <typename List>
bool startsWithAny(QByteArrayView text, const List &list)
{
    return std::ranges::any_of(list, [text](QByteArrayView word) { return begins(text, word); });
}

/// Takes `word` off the front, if it stands there.
bool skip(QByteArrayView &text, QByteArrayView word)
{
    if (!begins(text, word))
        return false;
    text = text.sliced(word.size());
    return true;
}

/// `[php|sql]my[sql](adm|manager)`
bool isDatabaseTool(QByteArrayView text)
{
    if (!skip(text, "php"))
        skip(text, "sql");
    if (!skip(text, "my"))
        return false;
    skip(text, "sql");
    return begins(text, "adm") || begins(text, "manager");
}

/// `adm*.php`, `install*.php`, `setup.php`
bool isSetupScript(QByteArrayView text)
{
    if (begins(text, "setup.php"))
        return true;
    if (!begins(text, "adm") && !begins(text, "install"))
        return false;
    const auto *const end = std::ranges::find_if(text, [](char c) { return c == '/' || c == '?'; });
    return text.first(end - text.begin()).indexOf(".php") >= 0;
}

/// @param text what stands behind a slash.
bool isSuspiciousName(QByteArrayView text)
{
    if (startsWithAny(text, names) || isDatabaseTool(text) || isSetupScript(text))
        return true;
    return skip(text, "wp-admin/") && !begins(text, "admin-ajax") && !begins(text, "css/");
}

/// @param path lower case
bool isSuspiciousPath(QByteArrayView path)
{
    auto top = path;
    while (skip(top, "/")) {}
    if (top.size() < path.size() && startsWithAny(top, tops))
        return true;
    for (auto slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
        if (isSuspiciousName(path.sliced(slash + 1)))
            return true;
    }
    return false;
}

/// The target without scheme and authority of the absolute form (RFC 9112, 3.2.2).
QByteArrayView pathOf(QByteArrayView target)
{
    if (target.startsWith('/'))
        return target;
    const auto authority = http::authorityEnd(target);
    return authority > 0 ? target.sliced(authority) : QByteArrayView();
}

} // namespace

bool isSuspicious(QByteArrayView method, QByteArrayView target)
{
    const bool watched = std::ranges::any_of(
        watchedMethods, [method](QByteArrayView word) { return http::sameWord(method, word); });
    if (!watched)
        return false;
    const auto path = pathOf(target).toByteArray().toLower();
    if (isSuspiciousPath(path))
        return true;
    if (!path.contains('%') && !path.contains('\\'))
        return false;
    const auto query = path.indexOf('?');
    auto meant = QByteArray::fromPercentEncoding(query < 0 ? path : path.first(query)).toLower();
    meant.replace('\\', '/');
    return isSuspiciousPath(meant);
}

} // namespace kite::origin
