#pragma once

#include <unordered_map>

#include <QList>

#include "kitecore/tls/context.h"

namespace kite::tls {

/// Which certificate answers for which name. Immutable after load(): any thread may ask.
class ServerNames
{
public:
    /// Reads every file once, also one that serves several names; the later of two equal names
    /// counts.
    static Result<ServerNames, ContextFailure> load(const QList<ServerName> &names);

    /// The exact name, else `*.rest` in place of its first label. @param name in any case
    /// @return null if no certificate fits.
    Context find(QByteArrayView name) const;

    bool isEmpty() const { return m_contexts.empty(); }

private:
    struct Hash
    {
        size_t operator()(const QByteArray &name) const { return qHash(name); }
    };
    std::unordered_map<QByteArray, Context, Hash> m_contexts;
};

} // namespace kite::tls
