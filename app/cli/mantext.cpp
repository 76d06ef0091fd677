#include "app/cli/help.h"

namespace kite::cli {

namespace {

/// Text that roff takes as it is: no escapes, no requests.
QString plain(const char *text)
{
    QString safe = QString::fromLatin1(text);
    safe.replace(QLatin1Char('\\'), QLatin1String("\\e"));
    safe.replace(QLatin1Char('-'), QLatin1String("\\-"));
    if (safe.startsWith(QLatin1Char('.')) || safe.startsWith(QLatin1Char('\'')))
        safe.prepend(QLatin1String("\\&"));
    return safe;
}

QString nameOf(const Option &option)
{
    QString text = QLatin1String(R"(\fB\-\-)") + plain(option.name) + QLatin1String(R"(\fR)");
    if (option.letter)
        text += QLatin1String(R"(, \fB\-)") + QLatin1Char(option.letter) + QLatin1String(R"(\fR)");
    return text;
}

QString entry(const Option &option)
{
    QString text = QLatin1String(".TP\n") + nameOf(option);
    if (option.value)
        text += QLatin1String(" \\fI") + plain(option.value) + QLatin1String("\\fR");
    return text + QLatin1Char('\n') + plain(option.help) + QLatin1Char('\n');
}

QString section(Topic topic)
{
    QString text
        = QLatin1String(".SS ") + plain(headline(topic).toLatin1().constData()) + QLatin1Char('\n');
    QStringList others;
    for (const Option &option : optionTable()) {
        if (option.topic != topic)
            continue;
        if (option.help)
            text += entry(option);
        else
            others.append(nameOf(option));
    }
    if (others.isEmpty())
        return text;
    const bool idle = topic == Topic::NotActedOn;
    return text + (idle ? QString() : QStringLiteral(".PP\nOther names: "))
        + others.join(QLatin1String(",\n")) + QLatin1Char('\n');
}

} // namespace

QString manText()
{
    QString text;
    for (const Topic topic : {Topic::Share, Topic::Kites, Topic::Files, Topic::Relays,
                              Topic::RelayRole, Topic::Output, Topic::General, Topic::NotActedOn})
        text += section(topic);
    return text;
}

} // namespace kite::cli
