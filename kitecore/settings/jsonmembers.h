#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <QJsonArray>
#include <QJsonObject>
#include <QStringList>

namespace kite::settings {

/// Takes members out of one JSON object. A missing member keeps what it is read into; one of a
/// wrong kind is remembered by its path, the first one only.
class JsonMembers
{
public:
    JsonMembers(QJsonObject object, QString path)
        : m_object(std::move(object))
        , m_path(std::move(path))
    {
    }

    void read(const char *name, QString &into);
    void read(const char *name, bool &into);
    void read(const char *name, quint16 &into); ///< whole numbers 0..65535
    void read(const char *name, QStringList &into);

    /// One of a table of words. A word that is not in it makes the object unknown(), not wrong.
    template <typename Words, typename Enum>
    void readWord(const char *name, const Words &words, Enum &into)
    {
        QString word;
        read(name, word);
        if (word.isEmpty())
            return;
        const auto found = std::ranges::find(
            words, word, [](const auto &row) { return QLatin1String(row.second); });
        if (found == std::end(words))
            m_unknown = true;
        else
            into = found->first;
    }

    JsonMembers object(const char *name);
    QJsonArray array(const char *name);

    /// Takes over what a nested object found out.
    void include(const JsonMembers &nested);

    QString path(const char *name) const;
    QString wrong() const { return m_wrong; }
    bool unknown() const { return m_unknown; }

private:
    QJsonValue take(const char *name, QJsonValue::Type type);
    void blame(const char *name);

    QJsonObject m_object;
    QString m_path;
    QString m_wrong;
    bool m_unknown = false;
};

} // namespace kite::settings
