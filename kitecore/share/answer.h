#pragma once

#include <chrono>

#include "kitecore/http/requesthead.h"
#include "kitecore/share/body.h"
#include "kitecore/share/folderpages.h"
#include "kitecore/share/sharetree.h"

namespace kite::share {

/// What one request is answered with.
struct Answer
{
    int status = 200;
    Body content;          ///< head and body
    qint64 headBytes = 0;  ///< of `content`
    bool closes = false;   ///< the connection ends after it
    bool isCostly = false; ///< making it took as long as many others: they have their turn now
};

/// What an answer depends on besides the request.
struct Circumstances
{
    const ShareTree &tree;
    FolderPages &pages;       ///< of this tree
    QByteArray title;         ///< the kite's name
    std::chrono::seconds now; ///< since 1970
    bool closes = false;      ///< the connection is to end after it
};

/// Answers a request from the files (RFC 9110).
Answer answerRequest(const http::RequestHead &head, const Circumstances &around);

/// Answers what is no request; ends the connection. @param status 400, 408, 414, 431, 505
Answer answerGarbage(int status, const Circumstances &around);

} // namespace kite::share
