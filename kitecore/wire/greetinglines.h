#pragma once

#include "kitecore/wire/greeting.h"
#include "kitecore/wire/headerline.h"

/// The `X-PageKite` lines one by one, wherever they stand. Used inside this module only.
namespace kite::wire {

/// Collects what a connector says. Unknown names are ignored.
class GreetingReader
{
public:
    Result<void, GreetingError> read(const HeaderLine &line);
    Greeting greeting() && { return std::move(m_greeting); }

private:
    Result<void, GreetingError> readKite(QByteArrayView fields);

    Greeting m_greeting;
};

/// Collects what a relay says. Unknown names are ignored.
class ReplyReader
{
public:
    Result<void, GreetingError> read(const HeaderLine &line);
    GreetingReply reply() && { return std::move(m_reply); }

private:
    bool readWord(QByteArrayView name, QByteArrayView value);
    void readCounter(QByteArrayView name, QByteArrayView value);
    Result<void, GreetingError> readVerdict(Verdict::Kind kind, QByteArrayView fields);
    Result<void, GreetingError> readWhy(QByteArrayView fields);

    GreetingReply m_reply;
};

} // namespace kite::wire
