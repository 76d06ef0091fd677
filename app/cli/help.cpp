#include "app/cli/help.h"

#include <algorithm>

namespace kite::cli {

namespace {

constexpr int columns = 80;
constexpr int helpColumn = 30;

const char *usage(Verb verb)
{
    switch (verb) {
    case Verb::Share:
        return R"(kite share PATH...

Shares folders and files from this computer at an address of their own. No
account and no server is needed: the address works on this computer, with --lan
in the whole local network. Ctrl+C ends it.

  kite share ~/site
  kite share --lan --name=slides talk.pdf handout.pdf
)";
    case Verb::Relay:
        return R"(kite relay --domain=PROTOCOLS:NAME:SECRET [OPTION]...

Is the public side: visitors reach kites through it. One port serves visitors
and connectors, plain and TLS. Without a certificate it makes one of its own.

  kite relay invite NAME    an account, as a link for kite join
  kite relay revoke NAME    takes it away, also from a relay that runs
  kite relay list           who has one

  kite relay --domain='*:*.example.net:SECRET' --ports=80,443 --tls=relay.pem
)";
    case Verb::Status:
        return R"(kite status [--json]

What the kites do that run on this computer: where they lead, whether they are
connected to each of their relays, and how many visitors they have.
)";
    case Verb::Fly:
    case Verb::Join:
    case Verb::Help:
        break;
    }
    return R"(kite share PATH...                         on this computer, at once
kite [ORIGIN] NAME [AND [ORIGIN] NAME]...  under a name at a relay
kite join LINK [ORIGIN]...                 by a relay's invitation
kite relay --domain=PROTOCOLS:NAME:SECRET  be a relay
kite status                                what runs here, and how it goes

Puts what is on this computer on the web, without uploading it.

  kite share ~/site
  kite --frontend=relay.example.net:443 --tls 3000 demo.example.net
  kite ~/site site.example.net AND ssh ssh.example.net
  kite relay --domain='*:*.example.net:SECRET' --ports=80,443

ORIGIN is what visitors get to: a port, HOST:PORT, a protocol (ssh),
PROTOCOL://HOST:PORT, or a folder or files. NAME may be PROTOCOL://NAME:PORT.
Behind a NAME, +indexes lists folders, +password/NAME=PASS and +ip/ADDRESS say
who may come, +insecure takes the firewall away, +rewritehost[=HOST],
+rawheaders and +proxyproto say what the server gets to see (man kite).
)";
}

QList<Topic> topicsOf(Verb verb)
{
    using enum Topic;
    if (verb == Verb::Share)
        return {Share, Output};
    if (verb == Verb::Relay)
        return {RelayRole, Output};
    if (verb == Verb::Status)
        return {};
    return {Share, Kites, Files, Relays, RelayRole, Output, General, NotActedOn};
}

/// Breaks at blanks so that no line is longer than the screen.
QString wrapped(const QString &text, int indent)
{
    QString lines;
    QString line;
    for (const QString &word : text.split(QLatin1Char(' '))) {
        if (!line.isEmpty() && indent + line.size() + 1 + word.size() >= columns) {
            lines += line + QLatin1Char('\n') + QString(indent, QLatin1Char(' '));
            line.clear();
        }
        line += (line.isEmpty() ? QString() : QStringLiteral(" ")) + word;
    }
    return lines + line + QLatin1Char('\n');
}

QString optionLines(const Option &option)
{
    QString head = QLatin1String("  --") + QLatin1String(option.name);
    if (option.value)
        head += QLatin1Char('=') + QLatin1String(option.value);
    if (option.letter)
        head += QLatin1String(", -") + QLatin1Char(option.letter);
    if (head.size() + 2 > helpColumn)
        head += QLatin1Char('\n') + QString(helpColumn, QLatin1Char(' '));
    else
        head = head.leftJustified(helpColumn);
    return head + wrapped(QLatin1String(option.help), helpColumn);
}

QString topicText(Topic topic)
{
    QString text = QLatin1Char('\n') + headline(topic) + QLatin1String(":\n");
    QStringList names;
    for (const Option &option : optionTable()) {
        if (option.topic != topic)
            continue;
        if (option.help)
            text += optionLines(option);
        else
            names.append(QLatin1String(option.name));
    }
    if (topic == Topic::NotActedOn)
        text += QLatin1String("  ") + wrapped(names.join(QLatin1Char(' ')), 2);
    return text;
}

constexpr auto closing = R"(
pagekite.py's other names for options work as well (--backend is --service_on).
Secrets are better in KITE_SECRET, --secret-file or ~/.pagekite.rc than in
options; those are wiped from the process list. Exit codes: 0 ended by the user,
2 wrong usage, 3 refused by the relay, 4 nothing could be reached, 1 anything
else. The manual has more: man kite.
)";

} // namespace

QString headline(Topic topic)
{
    switch (topic) {
    case Topic::Share:
        return QStringLiteral("Sharing");
    case Topic::Kites:
        return QStringLiteral("Kites");
    case Topic::Files:
        return QStringLiteral("Kites in configuration files (~/.pagekite.rc)");
    case Topic::Relays:
        return QStringLiteral("Relays to fly at (a link is plain unless one of these says TLS)");
    case Topic::RelayRole:
        return QStringLiteral("Being a relay");
    case Topic::Output:
        return QStringLiteral("What it tells");
    case Topic::General:
        return QStringLiteral("General");
    case Topic::NotActedOn:
        return QStringLiteral("Known from pagekite.py, not acted on (a warning says so)");
    }
    Q_UNREACHABLE();
}

QString helpText(Verb verb)
{
    QString text = QLatin1String(usage(verb));
    for (const Topic topic : topicsOf(verb))
        text += topicText(topic);
    return text
        + (verb == Verb::Fly || verb == Verb::Help
               ? QLatin1String(closing)
               : QLatin1String("\nkite --help tells of all options.\n"));
}

} // namespace kite::cli
