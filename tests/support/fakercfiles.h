#pragma once

#include <map>

#include "kitecore/settings/rcfile.h"

namespace kite::test {

/// Configuration files that exist only in memory.
class FakeRcFiles final : public settings::RcFiles
{
public:
    std::map<QString, QByteArray> files;
    QString closed; ///< is there, but cannot be read
    int reads = 0;

    Result<QByteArray, QString> read(const QString &path) override
    {
        ++reads;
        const auto found = files.find(path);
        if (found == files.end())
            return Err {QStringLiteral("no such file")};
        return found->second;
    }

    bool exists(const QString &path) override { return path == closed || files.contains(path); }

    Result<QStringList, QString> rcFilesIn(const QString &folder) override
    {
        QStringList names;
        for (const auto &[name, text] : files) {
            if (name.startsWith(folder + QLatin1Char('/')))
                names.append(name);
        }
        if (names.isEmpty())
            return Err {QStringLiteral("no such folder")};
        return names;
    }
};

} // namespace kite::test
