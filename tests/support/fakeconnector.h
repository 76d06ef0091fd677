#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <QTimer>

#include "kitecore/wire/chunkwriter.h"
#include "kitecore/wire/greeting.h"
#include "tests/support/loopback.h"
#include "tests/support/streamdriver.h"

namespace kite::test {

/// A connection to a port of this computer.
inline std::unique_ptr<net::ByteStream> dial(net::Loop &loop, quint16 port)
{
    auto socket = net::calls::beginConnect(QHostAddress::LocalHost, port);
    return socket ? net::descriptorStream(loop, std::move(socket).value(), {}) : nullptr;
}

/// A connector by hand: says what a test wants it to say, and reads chunk by chunk. Waits run the
/// event loop, so that a relay may live on the same thread.
class FakeConnector
{
public:
    struct Chunk
    {
        QByteArray lines; ///< without the blank line
        QByteArray data;
        QByteArray value(const QByteArray &name) const;
    };

    explicit FakeConnector(std::unique_ptr<net::ByteStream> stream);
    FakeConnector(net::Loop &loop, quint16 port) : FakeConnector(dial(loop, port)) {}

    StreamDriver &connection() { return m_connection; }
    void send(QByteArrayView bytes) { m_connection.send(bytes); }
    void sendChunk(const QByteArray &lines, const QByteArray &data = {});

    /// The next bytes up to and with a blank line; empty if there are none.
    QByteArray readHead();
    /// The next chunk; pings are answered on the way. Empty: the relay closed.
    std::optional<Chunk> readChunk();
    bool isClosedByRelay();
    /// From now on it shows that it lives, whatever it is asked.
    void showLife();

    /// The first request and its reply.
    wire::GreetingReply greet(const QByteArrayList &kites, const QByteArray &replaces = {});
    /// The in-band answer to a reply's challenges.
    std::optional<wire::GreetingReply> prove(const wire::GreetingReply &reply,
                                             const QByteArray &secret = "s3cret");
    /// Both. @return whether all kites were accepted.
    bool fly(const QByteArrayList &kites, const QByteArray &secret = "s3cret",
             const QByteArray &replaces = {});

    wire::Features features {.addKites = true};
    QByteArray session; ///< as told last

private:
    StreamDriver m_connection;
    QTimer m_pulse;
};

/// The kites of a reply's challenges, signed.
std::vector<wire::KiteRequest> signedRequests(const wire::GreetingReply &reply,
                                              const QByteArray &secret);
/// `ok http:a.test`, `invalid http:a.test signature`, ... in order.
QByteArrayList verdictWords(const wire::GreetingReply &reply);

} // namespace kite::test
