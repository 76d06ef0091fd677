#pragma once

#include <unordered_map>

#include <QHash>
#include <QList>

#include "kitecore/tls/context.h"

namespace kite::tls {

/// Which certificate answers for which name. Immutable after load(): any thread may ask.
class ServerNames
{
public:
    /// Reads every file once, also one that serves several names; the later of two equal names
    /// counts. A file that `before` could use and that cannot be used now keeps its certificate of
    /// then, and is among keptFor().
    static Result<ServerNames, ContextFailure> load(const QList<ServerName> &names,
                                                    const ServerNames &before = {});

    /// The exact name, else `*.rest` in place of its first label. @param name in any case
    /// @return null if no certificate fits.
    Context find(QByteArrayView name) const;

    bool isEmpty() const { return m_contexts.empty(); }
    /// Why certificates from before stay, one for each file.
    const QList<ContextFailure> &keptFor() const { return m_keptFor; }

private:
    struct Hash
    {
        size_t operator()(const QByteArray &name) const { return qHash(name); }
    };
    std::unordered_map<QByteArray, Context, Hash> m_contexts;
    QHash<QString, Context> m_byFile;
    QList<ContextFailure> m_keptFor;
};

} // namespace kite::tls
