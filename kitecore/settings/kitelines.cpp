#include "kitecore/settings/kitelines.h"

#include <algorithm>

#include <QFileInfo>

#include "kitecore/settings/rcdocument.h"

namespace kite::settings {

namespace {

constexpr quint16 usualPublicPort = 80;

QString hostOf(const Endpoint &endpoint)
{
    return endpoint.host.contains(QLatin1Char(':'))
        ? QLatin1Char('[') + endpoint.host + QLatin1Char(']')
        : endpoint.host;
}

/// pagekite.py's words for what `+x` and `+nox` mean.
QString flagValue(const QString &value)
{
    if (value == u"true")
        return QStringLiteral("True");
    return value == u"false" ? QStringLiteral("False") : value;
}

/// `password` of `password/joe`; `user` is the same.
QString kindOf(const KiteFlag &flag)
{
    const QString kind = flag.key.section(QLatin1Char('/'), 0, 0).toLower();
    return kind == u"user" ? QStringLiteral("password") : kind;
}

/// Where a share has it. A colon would end the field.
QString urlOf(const QString &path, bool alone)
{
    const QFileInfo file(path);
    if (alone && file.isDir())
        return QStringLiteral("/");
    QString name = file.fileName();
    name.replace(QLatin1Char('%'), QLatin1String("%25"));
    name.replace(QLatin1Char(':'), QLatin1String("%3A"));
    return QLatin1Char('/') + name + (file.isDir() ? QLatin1String("/") : QLatin1String());
}

} // namespace

QString optionName(QStringView name)
{
    return name.toString().replace(QLatin1Char('-'), QLatin1Char('_'));
}

bool switchesOn(QStringView name)
{
    return name == u"service_on" || name == u"backend";
}
bool switchesOff(QStringView name)
{
    return name == u"service_off" || name == u"define_backend";
}

QByteArray switchedName(QStringView name)
{
    if (name == u"backend")
        return "define_backend";
    if (name == u"define_backend")
        return "backend";
    return switchesOn(name) ? "service_off" : "service_on";
}

QByteArray withName(const QByteArray &text, const QByteArray &name)
{
    const auto *const begin
        = std::ranges::find_if(text, [](char c) { return c != '-' && c != ' ' && c != '\t'; });
    const auto *const end
        = std::find_if(begin, text.end(), [](char c) { return c == '=' || c == ' ' || c == '\t'; });
    return QByteArray(text.begin(), begin - text.begin()) + name
        + QByteArray(end, text.end() - end);
}

QByteArray withProtocols(const QByteArray &text, const QByteArrayList &protocols)
{
    const auto equals = text.indexOf('=');
    const auto colon = text.indexOf(':', equals);
    auto begin = equals + 1;
    while (begin < colon && (text[begin] == ' ' || text[begin] == '\t'))
        ++begin;
    return text.first(begin) + protocols.join(',') + text.sliced(colon);
}

QByteArrayList protocolsOf(const QByteArray &text)
{
    const auto equals = text.indexOf('=');
    const auto colon = text.indexOf(':', equals);
    return colon < 0 ? QByteArrayList {}
                     : text.sliced(equals + 1, colon - equals - 1).trimmed().split(',');
}

QString originOf(const Target &target)
{
    if (target.kind == Target::Kind::Share)
        return QStringLiteral("localhost:builtin");
    const QString port
        = target.endpoint.port == 0 ? QString() : QString::number(target.endpoint.port);
    return hostOf(target.endpoint) + QLatin1Char(':') + port;
}

QByteArray kiteLine(const KiteSpec &kite, const QString &name, const QByteArray &secret)
{
    const QByteArray line = RcDocument::line(
        QStringLiteral("service_on"),
        QStringLiteral("%1:%2 : %3 :")
            .arg(QString::fromUtf8(kite.id.protoport()), name, originOf(kite.target)));
    return secret.isEmpty() ? line : line + ' ' + secret;
}

QByteArray secretOf(const QByteArray &text)
{
    static constexpr int originField = 2;
    static constexpr int secretField = 4;
    QByteArray rest = text.sliced(text.indexOf('=') + 1);
    for (int field = 0; field < secretField; ++field) {
        const bool isAddress = field == originField && rest.trimmed().startsWith('[');
        const auto colon = rest.indexOf(':', isAddress ? std::max(0LL, rest.indexOf(']')) : 0);
        if (colon < 0)
            return {};
        rest = rest.sliced(colon + 1);
    }
    return rest.trimmed();
}

QByteArray flagLine(const KiteId &id, const KiteFlag &flag)
{
    return RcDocument::line(
        QStringLiteral("service_cfg"),
        QStringLiteral("%1 : %2 : %3").arg(configKey(id), flag.key, flagValue(flag.value)));
}

QByteArrayList pathLines(const KiteId &id, const QStringList &paths)
{
    QByteArrayList lines;
    for (const QString &path : paths) {
        const QString url = urlOf(path, paths.size() == 1);
        lines.append(
            RcDocument::line(QStringLiteral("webpath"),
                             QStringLiteral("%1:%2:default:%3").arg(configKey(id), url, path)));
    }
    return lines;
}

QString truthOf(const QString &value)
{
    const QString lower = value.toLower();
    return lower == u"true" || lower == u"false" ? lower : value;
}

bool isAbout(const QString &value, const KiteId &id)
{
    const QString key = value.section(QLatin1Char(':'), 0, 0);
    bool isNumber = false;
    const auto port = key.section(QLatin1Char('/'), 1).toUShort(&isNumber);
    return isNumber && port == (id.port == 0 ? usualPublicPort : id.port)
        && key.section(QLatin1Char('/'), 0, 0).toLower().toUtf8() == id.domain;
}

std::optional<KiteFlag> flagOf(const QString &value)
{
    const auto fields = value.split(QLatin1Char(':'));
    if (fields.size() < 3)
        return std::nullopt;
    return KiteFlag {fields[1], truthOf(fields.sliced(2).join(QLatin1Char(':')))};
}

bool protects(const KiteFlag &flag)
{
    const QString kind = kindOf(flag);
    return kind == u"password" || kind == u"ip";
}

bool replaces(const QList<KiteFlag> &flags, const KiteFlag &old)
{
    return std::ranges::any_of(
        flags, [&](const KiteFlag &flag) { return !protects(old) || kindOf(flag) == kindOf(old); });
}

QString configKey(const KiteId &id)
{
    return QString::fromUtf8(id.domain) + QLatin1Char('/')
        + QString::number(id.port == 0 ? usualPublicPort : id.port);
}

} // namespace kite::settings
