#pragma once

#include <optional>

#include "kitecore/net/loop.h"
#include "kitecore/net/target.h"
#include "tests/support/loopback.h"
#include "tests/support/streamdriver.h"

namespace kite::test {

/// One answer as it came.
struct HttpAnswer
{
    int status = 0;
    QByteArray head; ///< with the blank line
    QByteArray body;

    /// The first header of that name; null if there is none.
    QByteArray header(const QByteArray &name) const
    {
        const auto at = head.toLower().indexOf("\r\n" + name.toLower() + ": ");
        if (at < 0)
            return {};
        const auto begin = at + 2 + name.size() + 2;
        return head.mid(begin, head.indexOf('\r', begin) - begin);
    }
};

enum class HasBody { Yes, No };

/// Takes one complete answer off the front of `bytes`; `HasBody::No` for answers to HEAD.
inline std::optional<HttpAnswer> takeAnswer(QByteArray &bytes, HasBody hasBody = HasBody::Yes)
{
    const auto end = bytes.indexOf("\r\n\r\n");
    if (end < 0)
        return std::nullopt;
    HttpAnswer answer;
    answer.head = bytes.first(end + 4);
    answer.status = answer.head.mid(9, 3).toInt();
    const auto length
        = hasBody == HasBody::Yes ? qsizetype(answer.header("Content-Length").toLongLong()) : 0;
    if (bytes.size() < answer.head.size() + length)
        return std::nullopt;
    answer.body = bytes.mid(answer.head.size(), length);
    bytes.remove(0, answer.head.size() + length);
    return answer;
}

/// Somebody who talks HTTP to a target, over memory or a real connection.
class HttpVisitor
{
public:
    enum class Way { Memory, Socket };

    HttpVisitor(net::Loop &loop, net::Target &target, Way way = Way::Memory)
        : HttpVisitor(loop, target,
                      way == Way::Socket ? socketStreams(loop) : net::streamPair(loop))
    {
    }

    /// Sends and waits for one answer. A status of 0: there was none.
    HttpAnswer ask(const QByteArray &request)
    {
        driver.send(request);
        return answer(request.startsWith("HEAD ") ? HasBody::No : HasBody::Yes);
    }

    HttpAnswer get(const QByteArray &target, const QByteArray &headers = {})
    {
        return ask("GET " + target + " HTTP/1.1\r\nHost: kite.example\r\n" + headers + "\r\n");
    }

    HttpAnswer answer(HasBody hasBody = HasBody::Yes)
    {
        std::optional<HttpAnswer> found;
        eventually([&] {
            found = takeAnswer(driver.received, hasBody);
            return found || driver.isOver();
        });
        return found.value_or(HttpAnswer {});
    }

    /// Whether the target ends the connection, with nothing more to come.
    bool isClosed()
    {
        return eventually([this] { return driver.isOver(); }) && driver.received.isEmpty();
    }

    /// Whether the connection is open and silent once nothing is left to do.
    bool isQuiet() { return settles() && !driver.isOver() && driver.received.isEmpty(); }

    StreamDriver driver;

private:
    HttpVisitor(net::Loop &loop, net::Target &target, StreamPair ends)
        : driver(std::move(ends.first))
    {
        net::Visitor visitor;
        visitor.protocol = "http";
        visitor.host = "kite.example";
        visitor.port = 80;
        visitor.peer.address = QStringLiteral("192.0.2.1");
        target.visit(loop, std::move(ends.second), visitor);
    }
};

} // namespace kite::test
