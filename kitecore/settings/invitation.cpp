#include "kitecore/settings/invitation.h"

#include <algorithm>

#include "kitecore/base/kiteid.h"
#include "kitecore/settings/accountsfile.h"

namespace kite::settings {

namespace {

constexpr QStringView scheme = u"kite://";
constexpr QStringView pin = u"pin=";
constexpr qsizetype sha256Digits = 64;

/// What stands in a URI as it is (RFC 3986, 2.3).
bool isUnreserved(const QByteArray &text)
{
    return std::ranges::all_of(text, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
            || c == '-' || c == '.' || c == '_' || c == '~';
    });
}

bool isSha256(const QByteArray &text)
{
    return text.size() == sha256Digits && std::ranges::all_of(text, [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

/// Takes what stands behind the first `mark` off the text.
QStringView cutOff(QStringView &text, QChar mark)
{
    const auto at = text.indexOf(mark);
    if (at < 0)
        return {};
    const auto rest = text.sliced(at + 1);
    text = text.first(at);
    return rest;
}

} // namespace

Result<Invitation, InvitationFault> Invitation::parse(QStringView text)
{
    using Fault = InvitationFault;
    text = text.trimmed();
    if (!text.startsWith(scheme, Qt::CaseInsensitive))
        return Err {Fault::NotALink};
    if (text.size() > maxBytes)
        return Err {Fault::TooLong};
    text = text.sliced(scheme.size());
    Invitation made;
    made.secret = cutOff(text, u'#').toUtf8();
    for (const auto parameter : cutOff(text, u'?').split(u'&')) {
        if (parameter.startsWith(pin))
            made.fingerprint = parameter.sliced(pin.size()).toUtf8().toLower();
    }
    made.name = cutOff(text, u'/').toUtf8().toLower();
    const auto relay = Endpoint::parse(text, defaultPort);
    if (!relay)
        return Err {Fault::BadRelay};
    if (!isDomain(made.name))
        return Err {Fault::BadName};
    if (made.secret.isEmpty())
        return Err {Fault::NoSecret};
    if (!isUnreserved(made.secret) || made.secret.size() > AccountsFile::maxSecretBytes)
        return Err {Fault::BadSecret};
    if (!made.fingerprint.isEmpty() && !isSha256(made.fingerprint))
        return Err {Fault::BadPin};
    made.relay = *relay;
    return made;
}

QString Invitation::toString() const
{
    QString text = scheme.toString() + relay.toString() + u'/' + QString::fromUtf8(name);
    if (!fingerprint.isEmpty())
        text += u'?' + pin.toString() + QString::fromUtf8(fingerprint);
    return text + u'#' + QString::fromUtf8(secret);
}

} // namespace kite::settings
