#pragma once

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace kite::test {

/// A JSON file of test data; an absent or broken one ends the test program.
inline QJsonDocument readVectors(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        qFatal("cannot read %s", qPrintable(path));
    const auto document = QJsonDocument::fromJson(file.readAll());
    if (document.isNull())
        qFatal("%s is no JSON", qPrintable(path));
    return document;
}

/// Byte strings stand as hex, or as text of which each character is one byte.
inline QByteArray fromHex(const QJsonValue &hex)
{
    return QByteArray::fromHex(hex.toString().toLatin1());
}
inline QByteArray fromText(const QJsonValue &text)
{
    return text.toString().toLatin1();
}

} // namespace kite::test
