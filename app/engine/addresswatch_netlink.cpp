#include "app/engine/addresswatch.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

namespace kite::app {

namespace {

/// rtnetlink(7). Not open where it is not allowed: then only clocks tell.
net::Descriptor openNews()
{
    net::Descriptor news(
        ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE));
    sockaddr_nl address {};
    address.nl_family = AF_NETLINK;
    address.nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR;
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): so says bind(2)
    const auto *const any = reinterpret_cast<const sockaddr *>(&address);
    if (news.isOpen() && ::bind(int(news.handle()), any, sizeof address) != 0)
        news.reset();
    return news;
}

} // namespace

AddressWatch::AddressWatch(QObject *parent) : AddressWatch(openNews(), networks, parent) {}

} // namespace kite::app
