#pragma once

#include <memory>
#include <optional>

#include "kitecore/base/clock.h"
#include "kitecore/link/turns.h"
#include "kitecore/link/window.h"
#include "kitecore/net/bytequeue.h"
#include "kitecore/wire/chunkwriter.h"

namespace kite::link {

class LinkStream;

/// The sending half of one stream, and its entry in the link's table. Outlives the LinkStream until
/// what was written to it is out; the LinkStream outlives it when the link ends.
struct Flow
{
    /// Whether its chunks are worth deflating.
    enum class Deflate : quint8 { Undecided, No, Yes };

    Flow(wire::StreamId id, Dialect dialect) : sid(id), window(dialect), progress(dialect) {}

    bool hasSomething() const { return !waiting.isEmpty() || end || opensEmpty; }

    const wire::StreamId sid;
    LinkStream *stream = nullptr; ///< null once its user destroyed it
    SendWindow window;
    Progress progress;
    net::ByteQueue waiting; ///< written, in no chunk yet: small ones grow together here
    std::unique_ptr<wire::StreamOpening> opening; ///< until the first chunk
    std::optional<wire::EndOfStream> end;         ///< to be told behind what waits
    wire::EndOfStream told;                       ///< what the peer heard of us
    wire::EndOfStream heard;                      ///< what we heard of the peer
    bool opensEmpty = false;                      ///< The first chunk may be sent without data.
    bool mayWrite = false;      ///< It is this flow's turn to fill the crowded queue.
    bool overfull = false;      ///< Its backlog keeps the link from being read.
    quint64 stalledAt = 0;      ///< what had been taken when that was looked at last
    Clock::Steady stalledSince; ///< when it was first found to be so much
    Deflate deflate = Deflate::Undecided;

    Place turn {this};   ///< among those with something to send
    Place room {this};   ///< among those that wait for room in the queue
    Place report {this}; ///< among those whose progress is to be told
};

} // namespace kite::link
