// What strangers send first: whatever it is, nothing unclean comes out of it.
#include <algorithm>
#include <cstdint>

#include "kitecore/relay/firstbytes.h"

using namespace kite::relay;

namespace {

bool isRoutable(const QByteArray &host)
{
    return routingHost(host).has_value();
}

struct Check
{
    qsizetype bytes;
    bool operator()(const NeedMore &) const { return true; }
    bool operator()(const TlsHello &hello) const
    {
        return std::ranges::none_of(hello.serverName, [](char c) { return c <= ' '; });
    }
    bool operator()(const GreetingHead &head) const
    {
        return head.bytes > 0 && head.bytes <= bytes;
    }
    bool operator()(const Connect &to) const
    {
        return isRoutable(to.host) && to.port != 0 && to.headBytes <= bytes;
    }
    bool operator()(const HttpVisit &visit) const { return isRoutable(visit.host); }
    bool operator()(const NamedVisit &visit) const
    {
        return isRoutable(visit.host) && visit.headBytes >= 0 && visit.headBytes <= bytes
            && visit.headInstead.size() < visit.headBytes + 1;
    }
    bool operator()(const RelayPing &) const { return true; }
    bool operator()(const ProbeVisit &probe) const
    {
        return probe.host.isEmpty() || isRoutable(probe.host);
    }
    bool operator()(const Refusal &) const { return true; }
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size == 0)
        return 0;
    const QByteArrayView bytes(data, qsizetype(size));
    // The first byte says how fast the rest comes.
    const auto slice = qsizetype(data[0]) + 1;
    FirstBytes firstBytes(QByteArray(40, 'a'), {"irc", "xmpp", "minecraft"});
    for (auto seen = std::min(slice, bytes.size() - 1);;
         seen = std::min(seen + slice, bytes.size() - 1)) {
        const auto finding = firstBytes.look(bytes.sliced(1, seen));
        if (!std::visit(Check {seen}, finding))
            __builtin_trap();
        if (seen == bytes.size() - 1 || !std::holds_alternative<NeedMore>(finding))
            return 0;
    }
}
