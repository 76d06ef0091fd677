// What a kite's gate reads in single values: the password of a visitor, and ranges of addresses.
#include <cstdint>

#include "kitecore/origin/addressrange.h"
#include "kitecore/origin/passwords.h"
#include "tests/fuzz/require.h"

using namespace kite::origin;

namespace {

void passwords(QByteArrayView authorization)
{
    Passwords nobody;
    require(!nobody.accept(authorization));
    Passwords known;
    known.add("ann", "not-a-secret");
    const QByteArray words = authorization.toByteArray().trimmed();
    const bool isAnn = words.sliced(0, std::min<qsizetype>(words.size(), 6)).toLower() == "basic "
        && QByteArray::fromBase64(words.sliced(6)) == "ann:not-a-secret";
    require(!known.accept(authorization) || isAnn);
}

void ranges(const QString &text)
{
    const auto range = AddressRange::parse(text);
    if (!range)
        return;
    const auto again = AddressRange::parse(range->toString());
    require(again && again->toString() == range->toString());
    const auto network = QHostAddress(range->toString().section(QLatin1Char('/'), 0, 0));
    require(range->contains(network) && again->contains(network));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArrayView value(data, qsizetype(size));
    passwords(value);
    ranges(QString::fromUtf8(value));
    return 0;
}
