#include "kitecore/relay/xmpphello.h"

#include <algorithm>
#include <optional>

#include "kitecore/relay/routinghost.h"

namespace kite::relay {

namespace {

bool isBlank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

void skipBlanks(QByteArrayView &text)
{
    while (!text.isEmpty() && isBlank(text.front()))
        text = text.sliced(1);
}

/// What is inside the first tag that is no declaration; std::nullopt while it is not complete.
/// `>` inside quotes ends nothing.
std::optional<QByteArrayView> firstTag(QByteArrayView text)
{
    for (;;) {
        skipBlanks(text);
        if (!text.startsWith("<?"))
            break;
        const auto end = text.indexOf("?>");
        if (end < 0)
            return std::nullopt;
        text = text.sliced(end + 2);
    }
    char quote = '\0';
    for (qsizetype i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quote != '\0')
            quote = c == quote ? '\0' : quote;
        else if (c == '\'' || c == '"')
            quote = c;
        else if (c == '>')
            return text.first(i);
    }
    return std::nullopt;
}

/// The value of `to`; empty: there is none, or what came before it is no XML.
QByteArrayView addressee(QByteArrayView tag)
{
    qsizetype nameBytes = 0;
    while (nameBytes < tag.size() && !isBlank(tag[nameBytes]))
        ++nameBytes;
    for (tag = tag.sliced(nameBytes), skipBlanks(tag); !tag.isEmpty(); skipBlanks(tag)) {
        const auto equals = tag.indexOf('=');
        if (equals < 0)
            return {};
        const auto name = tag.first(equals).trimmed();
        tag = tag.sliced(equals + 1);
        skipBlanks(tag);
        const auto end = tag.isEmpty() ? -1 : tag.indexOf(tag.front(), 1);
        if (end < 0 || (tag.front() != '\'' && tag.front() != '"'))
            return {};
        if (name == "to")
            return tag.sliced(1, end - 1);
        tag = tag.sliced(end + 1);
    }
    return {};
}

} // namespace

Likeness likensXmpp(QByteArrayView bytes)
{
    for (const QByteArrayView begin : {"<?xml", "<stream:stream"}) {
        if (bytes.startsWith(begin))
            return Likeness::Yes;
        if (begin.startsWith(bytes))
            return Likeness::NeedMore;
    }
    return Likeness::No;
}

Finding lookForXmpp(QByteArrayView bytes)
{
    const auto tag = firstTag(bytes.first(std::min(bytes.size(), maxXmppHelloBytes)));
    if (!tag)
        return bytes.size() < maxXmppHelloBytes ? Finding {NeedMore {}} : Refusal {};
    const auto to = addressee(*tag);
    const auto host = routingHost(to.sliced(to.lastIndexOf('@') + 1));
    return host ? Finding {NamedVisit {Asking::Xmpp, *host}} : Refusal {xmppHostUnknown()};
}

QByteArray xmppHostUnknown()
{
    return "<?xml version='1.0'?><stream:stream xmlns='jabber:client' "
           "xmlns:stream='http://etherx.jabber.org/streams' version='1.0'><stream:error>"
           "<host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>"
           "</stream:stream>";
}

} // namespace kite::relay
