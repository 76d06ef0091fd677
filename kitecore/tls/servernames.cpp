#include "kitecore/tls/servernames.h"

namespace kite::tls {

Result<ServerNames, ContextFailure> ServerNames::load(const QList<ServerName> &names,
                                                      const ServerNames &before)
{
    ServerNames loaded;
    for (const ServerName &entry : names) {
        auto &context = loaded.m_byFile[entry.pemFile];
        if (!context) {
            auto made = serverContext(entry.pemFile);
            context = made ? *made : before.m_byFile.value(entry.pemFile);
            if (!context)
                return Err {made.error()};
            if (!made)
                loaded.m_keptFor.append(made.error());
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
