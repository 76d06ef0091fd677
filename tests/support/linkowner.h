#pragma once

#include <memory>
#include <vector>

#include "kitecore/link/link.h"
#include "tests/support/streamdriver.h"

namespace kite::test {

/// Owns a link as a tunnel or a relay does, and remembers what it was told.
class LinkOwner final : public link::LinkUser
{
public:
    LinkOwner(net::Loop &loop, std::unique_ptr<net::ByteStream> stream,
              const link::LinkOptions &options)
        : link(std::make_unique<link::Link>(loop, std::move(stream), options, *this))
    {
    }

    StreamDriver &open(const net::Visitor &visitor)
    {
        streams.push_back(std::make_unique<StreamDriver>(link->open(visitor)));
        return *streams.back();
    }

    bool isOver() const { return ends > 0; }

    std::unique_ptr<link::Link> link;
    std::vector<std::unique_ptr<StreamDriver>> streams;
    std::vector<net::Visitor> visitors;
    QByteArrayList controls; ///< `Name=value` of X-PageKite lines, `Quota=n`
    bool refuses = false;    ///< Does not take offered streams.
    bool pausesNew = false;  ///< Takes them without reading.
    int ends = 0;
    link::LinkEnd why = link::LinkEnd::Closed;

private:
    void streamOffered(link::Link &, std::unique_ptr<net::ByteStream> stream,
                       const net::Visitor &visitor) override
    {
        visitors.push_back(visitor);
        if (refuses)
            return;
        streams.push_back(std::make_unique<StreamDriver>(std::move(stream)));
        if (pausesNew)
            streams.back()->pause();
    }

    void controlArrived(link::Link &, const wire::ChunkHead &head) override
    {
        for (const auto &[name, value] : head.pagekite)
            controls.append(name.toByteArray() + '=' + value.toByteArray());
        if (head.quotaKb)
            controls.append("Quota=" + QByteArray::number(*head.quotaKb));
    }

    void linkEnded(link::Link &, link::LinkEnd reason, const QString &) override
    {
        ++ends;
        why = reason;
    }
};

} // namespace kite::test
