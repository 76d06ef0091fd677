#pragma once

#include <functional>

#include <QHostInfo>
#include <QObject>

namespace kite::net {

/// Asks the system for a name's addresses. Destroying it cancels. (QHostInfo's own look-up by
/// functor leaks when it is cancelled: seen with Qt 6.4.)
class HostLookup final : public QObject
{
    Q_OBJECT

public:
    using Found = std::function<void(const QHostInfo &)>;

    /// @param found called once, by the event loop; may destroy the look-up.
    HostLookup(const QString &host, Found found);
    ~HostLookup() override;

private Q_SLOTS:
    void lookedUp(const QHostInfo &info);

private:
    Found m_found;
    int m_id;
};

} // namespace kite::net
