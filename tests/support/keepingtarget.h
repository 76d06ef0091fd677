#pragma once

#include <memory>
#include <vector>

#include <QByteArrayList>
#include <QStringList>

#include "kitecore/net/target.h"

namespace kite::test {

/// A target that keeps its visitors' streams and does nothing with them.
class KeepingTarget final : public net::Target
{
public:
    void visit(net::Loop &, std::unique_ptr<net::ByteStream> stream,
               const net::Visitor &visitor) override
    {
        streams.push_back(std::move(stream));
        visitors << visitor.host;
        addresses << visitor.peer.address;
    }
    std::vector<std::unique_ptr<net::ByteStream>> streams;
    QByteArrayList visitors;
    QStringList addresses;
};

} // namespace kite::test
