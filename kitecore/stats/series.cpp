#include "kitecore/stats/series.h"

#include <algorithm>

namespace kite::stats {

Sample Series::total() const
{
    Sample sum;
    for (const Sample &sample : samples) {
        sum.in += sample.in;
        sum.out += sample.out;
    }
    return sum;
}

qint64 Series::peak() const
{
    qint64 most = 0;
    for (const Sample &sample : samples)
        most = std::max({most, sample.in, sample.out});
    return most;
}

} // namespace kite::stats
