#pragma once

#include <array>
#include <utility>

#include <QByteArray>
#include <QList>

namespace kite::test {

/// The environment's words about proxies, for as long as it lives: these and no others.
class ProxyEnvironment
{
    Q_DISABLE_COPY_MOVE(ProxyEnvironment)

public:
    /// @param set `NAME=VALUE NAME=VALUE`
    explicit ProxyEnvironment(const QByteArray &set)
    {
        for (const char *name : names) {
            if (qEnvironmentVariableIsSet(name))
                m_before.append({name, qgetenv(name)});
            qunsetenv(name);
        }
        for (const auto &pair : set.split(' ')) {
            const auto equals = pair.indexOf('=');
            if (equals > 0)
                qputenv(pair.first(equals).constData(), pair.sliced(equals + 1));
        }
    }
    ~ProxyEnvironment()
    {
        for (const char *name : names)
            qunsetenv(name);
        for (const auto &[name, value] : m_before)
            qputenv(name, value);
    }

private:
    static constexpr std::array names {"all_proxy",  "ALL_PROXY",  "https_proxy", "HTTPS_PROXY",
                                       "http_proxy", "HTTP_PROXY", "no_proxy",    "NO_PROXY"};
    QList<std::pair<const char *, QByteArray>> m_before;
};

} // namespace kite::test
