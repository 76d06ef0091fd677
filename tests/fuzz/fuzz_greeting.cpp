#include <cstddef>
#include <cstdint>

#include "kitecore/base/limits.h"
#include "kitecore/wire/greeting.h"
#include "tests/fuzz/require.h"

using namespace kite;

namespace {

void asksTheSameAgain(QByteArrayView head)
{
    const auto greeting = wire::parseGreeting(head);
    if (!greeting)
        return;
    require(wire::beginsGreeting(head));
    require(qsizetype(greeting->kites.size()) <= wire::maxKitesPerGreeting);
    const auto written = wire::writeGreeting(*greeting);
    if (written.size() > limits::maxHeadBytes)
        return; // our spelling is longer than LF line ends and missing blanks
    const auto again = wire::parseGreeting(written);
    require(again && *again == *greeting);
}

void saysTheSameAgain(QByteArrayView head)
{
    const auto reply = wire::parseReply(head);
    if (!reply)
        return;
    require(qsizetype(reply->verdicts.size()) <= 2 * wire::maxKitesPerGreeting);
    for (const bool beanstalk : {false, true}) {
        const auto written = wire::writeReply(*reply, beanstalk);
        if (written.size() > limits::maxHeadBytes)
            continue;
        const auto again = wire::parseReply(written);
        require(again && *again == *reply);
    }
}

} // namespace

/// What was understood can be said in our own words and is understood alike.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArrayView head(data, qsizetype(size));
    asksTheSameAgain(head);
    saysTheSameAgain(head);
    return 0;
}
