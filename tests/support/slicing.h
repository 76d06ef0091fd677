#pragma once

#include <algorithm>

#include <QByteArray>

namespace kite::test {

/// Calls `feed` with the parts of `wire` for one slice size: TCP promises order, never boundaries.
template <typename Feed>
void inSlices(QByteArrayView wire, qsizetype slice, Feed feed)
{
    for (qsizetype at = 0; at < wire.size(); at += slice)
        feed(wire.sliced(at, std::min(slice, wire.size() - at)));
}

/// Calls `body(slice)` for slice sizes that matter: each small one, and the whole.
template <typename Body>
void forEachSlicing(qsizetype wireBytes, Body body)
{
    for (qsizetype slice = 1; slice < std::min<qsizetype>(wireBytes, 400); ++slice)
        body(slice);
    body(std::max<qsizetype>(wireBytes, 1));
}

} // namespace kite::test
