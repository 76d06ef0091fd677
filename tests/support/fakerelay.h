#pragma once

#include <functional>
#include <memory>
#include <vector>

#include <QHash>
#include <QPointer>
#include <QSet>
#include <QTcpServer>
#include <QTcpSocket>

#include "kitecore/wire/chunkdecoder.h"
#include "kitecore/wire/chunkwriter.h"
#include "kitecore/wire/greeting.h"
#include "kitecore/wire/signature.h"

namespace kite::test {

/// The public side as a script: greets, challenges, judges, and misbehaves on demand. On loopback,
/// on the thread of the test.
class FakeRelay
{
public:
    /// One connection of a connector.
    struct Connection
    {
        int id = 0;
        std::unique_ptr<QTcpSocket> socket;
        QByteArray head; ///< until the greeting is complete
        bool greeted = false;
        bool connectAnswered = false;
        wire::ChunkDecoder decoder;
        QByteArray session;
        QSet<QByteArray> kites;                ///< flying through it
        QHash<quint32, QByteArray> streamData; ///< what came back, by stream
        QSet<quint32> opened;
        QSet<quint32> ended; ///< streams whose end came back
        quint32 stream = 0;  ///< the running chunk's
    };
    using Listener = std::unique_ptr<QTcpServer>;

    explicit FakeRelay(Listener listener = std::make_unique<QTcpServer>())
        : m_server(std::move(listener))
    {
        QObject::connect(m_server.get(), &QTcpServer::pendingConnectionAvailable, m_server.get(),
                         [this] { accept(); });
        m_server->listen(QHostAddress::LocalHost);
        m_port = m_server->serverPort();
    }

    quint16 port() const { return m_port; }

    // ---- script
    QHash<QByteArray, QByteArray> secrets; ///< `http:a.test` -> secret; others are unknown
    QSet<QByteArray> takenElsewhere;       ///< answered Duplicate
    bool addsKites = true;                 ///< false: style A
    bool wideWindow = false;               ///< as one of ours
    bool knowsLeaving = false;             ///< as one of ours
    int leavesUnproved = 0;                ///< so many links, right behind its challenges
    bool closesOnRefusal = true;           ///< as PageKite's relays
    bool silent = false;                   ///< reads, never answers
    bool hangsUpOnPing = false;            ///< as one deployed version
    QByteArray insteadOfReply;             ///< raw answer to a greeting, then hangs up
    QByteArray connectReply = "HTTP/1.0 200 Connection Established\r\n\r\n";
    std::function<void(QByteArray &head)> beforeSend; ///< alters reply heads

    // ---- what happened
    QList<wire::Greeting> greetings; ///< heads
    QList<wire::Greeting> inBand;    ///< control chunks with kites
    int accepted = 0;
    int pings = 0;  ///< `PING` chunks
    int probes = 0; ///< data for a stream that nobody opened, which PageKite's relays answer

    /// The kites of all connections.
    QSet<QByteArray> flying() const
    {
        QSet<QByteArray> all;
        for (const auto &connection : m_connections)
            all |= connection->kites;
        return all;
    }
    /// The connection that flies `kite`, or null.
    Connection *carrierOf(const QByteArray &kite)
    {
        for (const auto &connection : m_connections) {
            if (connection->kites.contains(kite))
                return connection.get();
        }
        return nullptr;
    }
    void goDown()
    {
        m_server->close();
        m_connections.clear();
    }
    void comeBack() { m_server->listen(QHostAddress::LocalHost, m_port); }
    /// Once the running event is over.
    void hangUpSoon()
    {
        QMetaObject::invokeMethod(
            m_server.get(), [this] { m_connections.clear(); }, Qt::QueuedConnection);
    }

    /// Says so; from now on its kites count as another process's.
    void leave(Connection &connection)
    {
        wire::GreetingReply notice;
        notice.leaving = true;
        connection.socket->write(wire::controlChunk(wire::writeReplyLines(notice, false)));
        connection.kites.clear();
        connection.session.clear();
    }

    void openStream(Connection &connection, quint32 sid, const QByteArray &protocol,
                    const QByteArray &host, const QByteArray &data)
    {
        connection.opened.insert(sid);
        const wire::StreamOpening opening {protocol, host, m_port, "192.0.2.7", 4711, false};
        connection.socket->write(wire::openingChunkHead(wire::StreamId(sid), opening, data.size())
                                 + data);
    }

private:
    void accept()
    {
        while (auto *socket = m_server->nextPendingConnection()) {
            ++accepted;
            socket->setParent(nullptr);
            m_connections.push_back(std::make_unique<Connection>());
            auto *connection = m_connections.back().get();
            connection->id = accepted;
            connection->socket.reset(socket);
            QObject::connect(socket, &QTcpSocket::readyRead, m_server.get(),
                             [this, connection] { read(*connection); });
            QObject::connect(
                socket, &QTcpSocket::disconnected, m_server.get(),
                [this, id = accepted] { drop(id); }, Qt::QueuedConnection);
            read(*connection);
        }
    }

    void drop(int id)
    {
        std::erase_if(m_connections, [id](const auto &connection) { return connection->id == id; });
    }

    void read(Connection &connection)
    {
        const QByteArray bytes = connection.socket->readAll();
        if (silent)
            return;
        if (connection.greeted)
            return readChunks(connection, bytes);
        connection.head += bytes;
        const auto end = connection.head.indexOf("\r\n\r\n");
        if (end < 0)
            return;
        const QByteArray head = connection.head.first(end + 4);
        const QByteArray rest = connection.head.sliced(end + 4);
        connection.head.clear();
        if (!wire::beginsGreeting(head)) {
            connection.socket->write(connectReply);
            return;
        }
        greet(connection, head);
        if (!rest.isEmpty() && connection.greeted)
            readChunks(connection, rest);
    }

    void greet(Connection &connection, const QByteArray &head)
    {
        const auto greeting = wire::parseGreeting(head);
        if (!greeting || !insteadOfReply.isEmpty()) {
            connection.socket->write(insteadOfReply);
            connection.socket->disconnectFromHost();
            return;
        }
        greetings << *greeting;
        connection.greeted = true;
        if (!greeting->replaces.isEmpty())
            replace(greeting->replaces, connection);
        auto reply = judge(connection, *greeting);
        reply.features.addKites = addsKites;
        reply.features.wideWindow = wideWindow;
        reply.features.leaving = knowsLeaving;
        reply.ports = {80, 443};
        QByteArray bytes = wire::writeReply(reply, greeting->beanstalk);
        if (beforeSend)
            beforeSend(bytes);
        connection.socket->write(bytes);
        if (leavesUnproved > 0 && connection.kites.isEmpty()) {
            --leavesUnproved;
            leave(connection);
        }
    }

    /// Before authentication, as deployed relays do.
    void replace(const QByteArray &session, const Connection &by)
    {
        for (auto &connection : m_connections) {
            if (connection.get() != &by && connection->session == session) {
                connection->kites.clear();
                connection->socket->disconnectFromHost();
            }
        }
    }

    wire::GreetingReply judge(Connection &connection, const wire::Greeting &greeting)
    {
        wire::GreetingReply reply;
        for (const auto &request : greeting.kites)
            reply.verdicts.push_back(judgeOne(connection, request));
        connection.session = "session:" + QByteArray::number(++m_sessions);
        reply.sessionId = connection.session;
        return reply;
    }

    wire::Verdict judgeOne(Connection &connection, const wire::KiteRequest &request)
    {
        using Kind = wire::Verdict::Kind;
        const QByteArray name = request.kite.toByteArray();
        wire::Verdict verdict {Kind::Invalid, request.kite, request.connectorSalt, {}};
        if (request.relaySalt.isEmpty()) {
            verdict.kind = Kind::SignThis;
            verdict.detail = "t" + QByteArray(35, 'f');
        } else if (!secrets.contains(name)) {
            verdict.detail = "unauthorized";
        } else if (!wire::checkSignature(request.signature, secrets[name], request.payload(),
                                         std::chrono::seconds(0))) {
            verdict.detail = "signature";
        } else if (takenElsewhere.contains(name) || carrierOf(name)) {
            verdict.kind = Kind::Duplicate;
        } else {
            verdict.kind = Kind::Accepted;
            connection.kites.insert(name);
        }
        return verdict;
    }

    void readChunks(Connection &connection, QByteArrayView bytes)
    {
        using What = wire::ChunkDecoder::What;
        const QPointer<QTcpSocket> alive(connection.socket.get());
        while (alive) {
            const auto what = connection.decoder.next(bytes);
            if (!what || *what == What::NeedMore)
                return;
            if (*what == What::Head)
                readHead(connection, connection.decoder.head());
            else if (*what == What::Data && connection.stream)
                connection.streamData[connection.stream] += connection.decoder.data();
        }
    }

    void readHead(Connection &connection, const wire::ChunkHead &head)
    {
        connection.stream = head.sid && head.carriesData() ? quint32(*head.sid) : 0;
        if (connection.stream && !connection.opened.contains(connection.stream)) {
            ++probes;
            connection.socket->write(wire::endChunk(*head.sid, {.read = true, .write = true}));
        }
        if (head.sid && head.end)
            connection.ended.insert(quint32(*head.sid));
        if (head.ping) {
            ++pings;
            connection.socket->write(wire::pongChunk(*head.ping));
        }
        if (head.pagekite.empty())
            return;
        const auto greeting = wire::greetingFromChunk(head);
        if (!greeting || greeting->kites.empty())
            return;
        inBand << *greeting;
        const auto reply = judge(connection, *greeting);
        connection.socket->write(wire::controlChunk(wire::writeReplyLines(reply, false)));
        if (closesOnRefusal && isRefusal(reply)) {
            connection.kites.clear();
            connection.socket->disconnectFromHost();
        }
    }

    static bool isRefusal(const wire::GreetingReply &reply)
    {
        using Kind = wire::Verdict::Kind;
        bool refused = false;
        for (const auto &verdict : reply.verdicts) {
            if (verdict.kind == Kind::Accepted)
                return false;
            refused |= verdict.kind == Kind::Invalid || verdict.kind == Kind::Duplicate;
        }
        return refused;
    }

    Listener m_server;
    quint16 m_port = 0;
    int m_sessions = 0;
    std::vector<std::unique_ptr<Connection>> m_connections;
};

} // namespace kite::test
