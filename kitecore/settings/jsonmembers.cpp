#include "kitecore/settings/jsonmembers.h"

#include <cmath>

namespace kite::settings {

QString JsonMembers::path(const char *name) const
{
    const QLatin1String member(name);
    return m_path.isEmpty() ? QString(member) : m_path + QLatin1Char('.') + member;
}

void JsonMembers::blame(const char *name)
{
    if (m_wrong.isEmpty())
        m_wrong = path(name);
}

void JsonMembers::include(const JsonMembers &nested)
{
    if (m_wrong.isEmpty())
        m_wrong = nested.m_wrong;
    m_unknown = m_unknown || nested.m_unknown;
}

/// @return undefined for a member that is missing, or wrong and blamed.
QJsonValue JsonMembers::take(const char *name, QJsonValue::Type type)
{
    const QJsonValue value = m_object.value(QLatin1String(name));
    if (value.isUndefined() || value.type() == type)
        return value;
    blame(name);
    return QJsonValue::Undefined;
}

void JsonMembers::read(const char *name, QString &into)
{
    into = take(name, QJsonValue::String).toString(into);
}

void JsonMembers::read(const char *name, bool &into)
{
    into = take(name, QJsonValue::Bool).toBool(into);
}

void JsonMembers::read(const char *name, quint16 &into)
{
    const QJsonValue value = take(name, QJsonValue::Double);
    if (value.isUndefined())
        return;
    const double number = value.toDouble();
    if (number < 0 || number > 65535 || std::floor(number) != number)
        blame(name);
    else
        into = quint16(number);
}

void JsonMembers::read(const char *name, QStringList &into)
{
    const QJsonValue value = take(name, QJsonValue::Array);
    if (value.isUndefined())
        return;
    into.clear();
    for (const auto item : value.toArray()) {
        if (!item.isString())
            return blame(name);
        into << item.toString();
    }
}

JsonMembers JsonMembers::object(const char *name)
{
    return {take(name, QJsonValue::Object).toObject(), path(name)};
}

QJsonArray JsonMembers::array(const char *name)
{
    return take(name, QJsonValue::Array).toArray();
}

} // namespace kite::settings
