#include "kitecore/tls/certificatename.h"

#include <algorithm>

namespace kite::tls {

namespace {

bool fits(const QByteArray &certificateName, const QByteArray &accepted)
{
    if (!certificateName.startsWith("*."))
        return certificateName == accepted;
    const auto withDot = certificateName.sliced(1);
    return withDot.size() > 1 && (accepted == withDot.sliced(1) || accepted.endsWith(withDot));
}

} // namespace

QByteArray plainFingerprint(const QByteArray &text)
{
    auto plain = text.trimmed().toLower();
    plain.replace(':', QByteArray());
    return plain;
}

bool isAcceptedName(QByteArrayView certificateName, QByteArrayView sha1,
                    const QByteArrayList &accepted)
{
    const auto name = certificateName.toByteArray().toLower();
    return !name.isEmpty() && std::ranges::any_of(accepted, [&](const QByteArray &entry) {
        const auto slash = entry.indexOf('/');
        const auto wanted = (slash < 0 ? entry : entry.left(slash)).toLower();
        return fits(name, wanted)
            && (slash < 0 || plainFingerprint(entry.sliced(slash + 1)) == sha1);
    });
}

} // namespace kite::tls
