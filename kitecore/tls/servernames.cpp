#include "kitecore/tls/servernames.h"

#include <QHash>

namespace kite::tls {

Result<ServerNames, ContextFailure> ServerNames::load(const QList<ServerName> &names)
{
    ServerNames loaded;
    QHash<QString, Context> byFile;
    for (const ServerName &entry : names) {
        auto &context = byFile[entry.pemFile];
        if (!context) {
            auto made = serverContext(entry.pemFile);
            if (!made)
                return Err {made.error()};
            context = *made;
        }
        loaded.m_contexts.insert_or_assign(entry.name.toLower(), context);
    }
    return loaded;
}

Context ServerNames::find(QByteArrayView name) const
{
    const auto wanted = name.toByteArray().toLower();
    auto found = m_contexts.find(wanted);
    const auto dot = wanted.indexOf('.');
    if (found == m_contexts.end() && dot > 0)
        found = m_contexts.find('*' + wanted.sliced(dot));
    return found == m_contexts.end() ? Context {} : found->second;
}

} // namespace kite::tls
