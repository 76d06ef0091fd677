#include "kitecore/settings/rctexts.h"

namespace kite::settings {

Result<QByteArray, QString> RcTexts::read(const QString &path)
{
    if (const auto known = m_texts.find(path); known != m_texts.end())
        return known->second.now.toByteArray();
    auto bytes = m_disk.read(path);
    if (bytes)
        m_texts.emplace(path, Text {*bytes, RcDocument(*bytes)});
    return bytes;
}

bool RcTexts::exists(const QString &path)
{
    return m_texts.contains(path) || m_disk.exists(path);
}

Result<QStringList, QString> RcTexts::rcFilesIn(const QString &folder)
{
    auto names = m_disk.rcFilesIn(folder);
    if (!names)
        return names;
    QStringList all = *names;
    for (const auto &[path, text] : m_texts) {
        if (path.startsWith(folder + QLatin1Char('/')) && path.endsWith(u".rc")
            && path.indexOf(QLatin1Char('/'), folder.size() + 1) < 0 && !all.contains(path))
            all.append(path);
    }
    all.sort();
    return all;
}

RcDocument &RcTexts::document(const QString &path)
{
    if (const auto known = m_texts.find(path); known != m_texts.end())
        return known->second.now;
    const auto read = this->read(path);
    if (!read)
        m_texts.try_emplace(path);
    return m_texts.at(path).now;
}

QList<std::pair<QString, QByteArray>> RcTexts::changed() const
{
    QList<std::pair<QString, QByteArray>> all;
    for (const auto &[path, text] : m_texts) {
        if (const auto now = text.now.toByteArray(); now != text.before)
            all.append({path, now});
    }
    return all;
}

Result<QList<RcLine>, RcFailure> loadSources(RcFiles &files, const QList<RcSource> &sources)
{
    QList<RcLine> all;
    for (const auto &source : sources) {
        const auto lines = source.kind == RcSource::Kind::File ? loadRc(files, source.path)
                                                               : loadRcFolder(files, source.path);
        if (!lines)
            return lines;
        all += *lines;
    }
    return all;
}

} // namespace kite::settings
