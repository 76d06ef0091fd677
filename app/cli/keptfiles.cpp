#include "app/cli/keptfiles.h"

namespace kite::cli {

void KeptFiles::begin()
{
    m_asked.clear();
    m_faults.clear();
}

void KeptFiles::end()
{
    const auto isLeftOut = [this](const auto &one) { return !m_asked.contains(one.key()); };
    m_texts.removeIf(isLeftOut);
    m_folders.removeIf(isLeftOut);
}

Result<QByteArray, QString> KeptFiles::read(const QString &path)
{
    m_asked.insert(path);
    auto bytes = m_files.read(path);
    const auto known = m_texts.constFind(path);
    if (bytes) {
        m_texts.insert(path, secrets::Secret(*bytes));
        return bytes;
    }
    if (known == m_texts.cend())
        return bytes;
    blame(path, bytes.error());
    return known->reveal().toByteArray();
}

Result<QStringList, QString> KeptFiles::rcFilesIn(const QString &folder)
{
    m_asked.insert(folder);
    auto names = m_files.rcFilesIn(folder);
    const auto known = m_folders.constFind(folder);
    if (names) {
        m_folders.insert(folder, *names);
        return names;
    }
    if (known == m_folders.cend())
        return names;
    blame(folder, names.error());
    return *known;
}

QStringList KeptFiles::takeFaults()
{
    return std::exchange(m_faults, {});
}

void KeptFiles::blame(const QString &path, const QString &reason)
{
    const auto fault = QStringLiteral("%1: %2").arg(path, reason);
    if (!m_faults.contains(fault))
        m_faults.append(fault);
}

QStringList CommandFiles::paths() const
{
    QStringList all;
    for (const QString &path : kept.paths())
        all.append(resolve(path, home));
    return all;
}

} // namespace kite::cli
