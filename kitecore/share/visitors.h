#pragma once

#include <memory>
#include <unordered_map>

#include <QObject>

#include "kitecore/share/shareconnection.h"

namespace kite::share {

/// The connections that all shares have on one thread. They end with their share or with the
/// thread's loop, whichever goes first.
class Visitors final : public QObject, public net::Loop::Part
{
    Q_OBJECT

public:
    explicit Visitors(net::Loop &loop) : m_loop(loop) {}

    void take(const std::shared_ptr<const Share> &share, std::unique_ptr<net::ByteStream> stream,
              const net::Visitor &visitor);

private:
    struct Served
    {
        std::shared_ptr<const Share> share; ///< held until its stopped() has arrived here
        std::unordered_map<ShareConnection *, std::unique_ptr<ShareConnection>> connections;
    };

    void shareStopped(const Share *share);
    void connectionOver(const Share *share, ShareConnection *connection);

    net::Loop &m_loop;
    std::unordered_map<const Share *, Served> m_served;
};

} // namespace kite::share
