#pragma once

#include "kitecore/base/kiteid.h"

namespace kite::relay {

/// A refusal as pagekite.py logs it, with its keys: operators' scripts look for them.
/// @param word behind `X-PageKite-Invalid-Why`. @param connector address:port.
inline QByteArray refusalNote(const QByteArray &word, const KiteId &kite,
                              const QByteArray &connector)
{
    const QByteArray named = kite.domain + " (" + kite.protoport() + "); id=" + connector;
    if (word == "signature")
        return "err=Invalid signature for: " + named;
    if (word == "unauthorized")
        return "warn=No authentication found for: " + named;
    if (word != "proto" && word != "port") // quota, or a word of the operator's program
        return "warn=Refused: " + named;
    return "warn=Invalid proto request: " + kite.toByteArray() + "; id=" + connector;
}

} // namespace kite::relay
