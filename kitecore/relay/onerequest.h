#pragma once

#include <memory>

#include "kitecore/http/requesthead.h"
#include "kitecore/net/streams.h"

namespace kite::relay {

/// A connection of a proxy that stands for many visitors, once its first request has been judged:
/// the next one on it could be anybody's. So it carries this one alone.
struct OneRequest
{
    /// As it is to be passed on: with `Connection: close`; a request that asks for another protocol
    /// keeps what it says.
    QByteArray head;
    /// Reads what follows the head, up to the end of the request. After it: the end, once more
    /// comes, unless the answer changed the protocol (101). A body that could end in two places
    /// fails. Writes the answer, with `Connection: close` as well, so that the proxy opens another
    /// connection for its next request; behind it this one ends.
    std::unique_ptr<net::ByteStream> stream;

    /// @param bytes begin with a whole head. @param stream gives what follows them; left alone if
    /// that head has two meanings somewhere (http::RequestFraming).
    static Result<OneRequest, http::HeadError> from(QByteArrayView bytes, net::Loop &loop,
                                                    std::unique_ptr<net::ByteStream> &stream);
};

} // namespace kite::relay
