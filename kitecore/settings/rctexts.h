#pragma once

#include <map>

#include "kitecore/settings/rcdocument.h"

namespace kite::settings {

/// rc files whose text is being changed: each is read once, and is then what the changes made of
/// it.
class RcTexts final : public RcFiles
{
public:
    explicit RcTexts(RcFiles &disk) : m_disk(disk) {}

    Result<QByteArray, QString> read(const QString &path) override;
    bool exists(const QString &path) override;
    Result<QStringList, QString> rcFilesIn(const QString &folder) override;

    /// Empty for a file that is not there, or cannot be read; from now on it is. Whoever writes it
    /// asks before whether one is lost by that.
    RcDocument &document(const QString &path);
    /// The files that are not what they were, with their new text.
    QList<std::pair<QString, QByteArray>> changed() const;

private:
    struct Text
    {
        QByteArray before;
        RcDocument now;
    };
    RcFiles &m_disk;
    std::map<QString, Text> m_texts;
};

/// Where settings come from: a file, or the `*.rc` files of a folder.
struct RcSource
{
    enum class Kind { File, Folder };
    Kind kind = Kind::File;
    QString path;
};
Result<QList<RcLine>, RcFailure> loadSources(RcFiles &files, const QList<RcSource> &sources);

} // namespace kite::settings
