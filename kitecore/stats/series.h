#pragma once

#include <vector>

#include <QtGlobal>

namespace kite::stats {

/// Bytes of one second, both ways.
struct Sample
{
    qint64 in = 0;
    qint64 out = 0;
    bool operator==(const Sample &) const = default;
};

/// One sample a second, the oldest first; what a graph draws.
struct Series
{
    std::vector<Sample> samples;

    Sample latest() const { return samples.empty() ? Sample {} : samples.back(); }
    Sample total() const;
    qint64 peak() const; ///< the largest of all, either way

    bool operator==(const Series &) const = default;
};

} // namespace kite::stats
