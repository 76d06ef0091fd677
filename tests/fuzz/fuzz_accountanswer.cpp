// What account services answer, by DNS or by a program: only words and numbers in bounds come out.
#include <algorithm>
#include <cstdint>

#include "kitecore/relay/accountquery.h"
#include "tests/fuzz/require.h"

using namespace kite::relay;

namespace {

void check(const AccountAnswer &answer)
{
    require(answer.reason.size() <= 32);
    require(std::ranges::all_of(answer.reason, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
            || c == '-' || c == '_';
    }));
    const auto &allowance = answer.allowance;
    require(allowance.quotaKb >= 0 && allowance.days >= 0 && allowance.connections >= 0);
    require(allowance.visitorRate.visitors >= 0 && allowance.visitorRate.within.count() >= 0);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size < 4)
        return 0;
    const QByteArray bytes(reinterpret_cast<const char *>(data), qsizetype(size));
    check(answerOfZkAuth(bytes));
    check(answerOfAuth(bytes));
    quint32 address = 0;
    for (int i = 0; i < 4; ++i)
        address = address << 8 | data[i];
    check(answerOfAddresses({QHostAddress(address)}, QByteArrayView(bytes).sliced(4)));
    return 0;
}
