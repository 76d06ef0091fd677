#include "kitecore/http/pages.h"

#include "kitecore/http/fieldsyntax.h"
#include "kitecore/http/responsehead.h"
#include "kitecore/http/statustext.h"

namespace kite::http {

namespace {

constexpr char style[]
    = R"(:root{color-scheme:light dark;--ink:#1b2025;--paper:#fff;--dim:#56616b;--line:#dde2e6;--link:#0a559f}
@media(prefers-color-scheme:dark){:root{--ink:#e7eaed;--paper:#15191d;--dim:#a0abb5;--line:#2d343b;--link:#84bdf7}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
main{max-width:56rem;margin:0 auto;padding:1.5rem 1rem}
main.note{max-width:34rem;padding-block-start:12vh}
h1{margin:0 0 .75rem;font-size:1.4rem;line-height:1.25}
p{margin:0 0 .75rem}
.dim{color:var(--dim)}
a{color:var(--link);text-decoration:none}
a:hover{text-decoration:underline}
a:focus-visible{outline:2px solid var(--link);outline-offset:2px}
table{width:100%;border-collapse:collapse;margin-block-end:.75rem}
th,td{padding:.4rem 0;border-block-end:1px solid var(--line);text-align:start;vertical-align:top}
th{font-weight:600}
.name{width:100%}
.size,.when{padding-inline-start:.75rem;text-align:end;white-space:nowrap;font-variant-numeric:tabular-nums}
td.size,td.when{color:var(--dim)}
@media(max-width:34rem){.when .clock{display:none}td.size,td.when{font-size:.85rem}}
)";

/// What the statuses that visitors meet mean, in a sentence.
QByteArrayView sentence(int status)
{
    switch (status) {
    case 400:
        return "This request could not be understood.";
    case 401:
        return "This page needs a password.";
    case 403:
        return "This may not be seen from here.";
    case 404:
        return "There is nothing at this address.";
    case 405:
    case 501:
        return "This address can be read, and nothing else.";
    case 408:
        return "The request took too long to arrive.";
    case 412:
        return "It has changed in the meantime.";
    case 413:
    case 414:
    case 431:
        return "This request is too long.";
    case 416:
        return "The part that was asked for does not exist.";
    case 500:
        return "Something went wrong here. Trying again may help.";
    case 503:
        return "This is unavailable at the moment. Please try again later.";
    default:
        return "This request cannot be answered.";
    }
}

QByteArray note(QByteArrayView title, QByteArrayView content)
{
    return htmlDocument(title, "<main class=\"note\">" + content.toByteArray() + "</main>");
}

constexpr char framePolicy[]
    = "default-src 'none'; frame-src http: https:; base-uri 'none'; form-action 'none'; "
      "frame-ancestors 'none'";

/// The operator's page in a frame; ours for whoever shows none (PROTOCOL.md 13.1).
QByteArray framed(QByteArrayView page, QByteArrayView title, QByteArrayView content)
{
    return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>"
        + escapeHtml(title) + R"(</title></head><frameset cols="*"><frame target="_top" src=")"
        + escapeHtml(page) + "\" /><noframes>" + content.toByteArray()
        + "</noframes></frameset></html>\n";
}

/// The relay's number stands right behind the status line: libpagekite reads 120 bytes and no more
/// (PROTOCOL.md 13.3).
QByteArray closingAnswer(ResponseHead head, QByteArrayView uuid, const QByteArray &document,
                         const PageExtras &extras = {})
{
    if (extras.overloaded)
        head.add("X-PageKite-Overloaded", "Sorry");
    if (!uuid.isEmpty())
        head.add("X-PageKite-UUID", uuid);
    for (const auto &hint : extras.dnsHints)
        head.add("X-DNS", hint);
    head.add("Content-Type", "text/html; charset=utf-8")
        .add("Pragma", "no-cache")
        .add("Expires", "0")
        .add("Cache-Control", "no-store")
        .add("Content-Security-Policy", extras.framedPage.isEmpty() ? pagePolicy : framePolicy)
        .add("X-Content-Type-Options", "nosniff")
        .add("Content-Length", quint64(document.size()))
        .add("Connection", "close");
    return head.take() + document;
}

} // namespace

QByteArray awayPage(AwaySide side, QByteArrayView protocol, QByteArrayView host,
                    QByteArrayView uuid, const PageExtras &extras)
{
    const bool relay = side == AwaySide::Relay;
    const QByteArray content = QByteArray("<h1>Sorry! (") + (relay ? "fe" : "be") + ")</h1><p>The "
        + escapeHtml(protocol.toByteArray().toUpper()) + " kite for <b><bdi>" + escapeHtml(host)
        + "</bdi></b> is unavailable at the moment.</p><p class=\"dim\">"
        + (relay ? "The computer that serves it is not connected."
                 : "The computer that serves it is connected, but nothing answers there.")
        + " Please try again later.</p>";
    // Connectors choose a relay by exactly this status line (PROTOCOL.md 13.3).
    const auto document = extras.framedPage.isEmpty() ? note(host, content)
                                                      : framed(extras.framedPage, host, content);
    return closingAnswer(ResponseHead(503, "Unavailable"), uuid, document, extras);
}

QByteArray statusDocument(int status, QByteArrayView host)
{
    const auto text = statusText(status);
    const QByteArray content = "<h1>" + QByteArray::number(status) + ' ' + escapeHtml(text)
        + "</h1><p>" + sentence(status).toByteArray() + "</p>";
    return note(host.isEmpty() ? text : host, content);
}

QByteArray statusPage(int status, QByteArrayView uuid, QByteArrayView host)
{
    return closingAnswer(ResponseHead(status), uuid, statusDocument(status, host));
}

QByteArray signInPage(QByteArrayView host)
{
    ResponseHead head(401);
    head.add("WWW-Authenticate", R"(Basic realm=")" + host.toByteArray() + R"(", charset="UTF-8")");
    return closingAnswer(std::move(head), {}, statusDocument(401, host));
}

QByteArray waitPage(QByteArrayView host, std::chrono::seconds retryAfter)
{
    ResponseHead head(429);
    head.add("Retry-After", quint64(retryAfter.count()));
    return closingAnswer(std::move(head), {}, statusDocument(429, host));
}

QByteArray blockedPage(QByteArrayView host)
{
    const QByteArray content
        = "<h1>Sorry! (be)</h1><p>Requests like this one are not passed on here.</p>"
          "<p class=\"dim\">Administration pages stay closed to visitors, unless the kite's owner "
          "says otherwise.</p>";
    return closingAnswer(ResponseHead(500), {}, note(host, content));
}

QByteArray htmlDocument(QByteArrayView title, QByteArrayView content)
{
    return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
           "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>"
        + escapeHtml(title) + "</title><style>\n" + QByteArrayView(style).toByteArray()
        + "</style></head><body>" + content.toByteArray() + "</body></html>\n";
}

QByteArray escapeHtml(QByteArrayView text)
{
    QByteArray escaped;
    escaped.reserve(text.size() + text.size() / 8);
    for (const char c : text) {
        switch (c) {
        case '&':
            escaped.append("&amp;");
            break;
        case '<':
            escaped.append("&lt;");
            break;
        case '>':
            escaped.append("&gt;");
            break;
        case '"':
            escaped.append("&quot;");
            break;
        case '\'':
            escaped.append("&#39;");
            break;
        default:
            escaped.append(c);
        }
    }
    return escaped;
}

QByteArray pageStyle()
{
    return QByteArrayView(style).toByteArray();
}

} // namespace kite::http
