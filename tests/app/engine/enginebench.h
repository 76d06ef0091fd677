#pragma once

#include <QDir>
#include <QFile>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>

#include "app/engine/engine.h"

namespace kite::test {

/// A visitor with a connection that it keeps.
class Browser
{
public:
    explicit Browser(quint16 port) { m_socket.connectToHost(QHostAddress::LocalHost, port); }

    /// The answer's body, or "CUT" when it was hung up on, or the status line where that is not
    /// 200.
    QByteArray get(const QByteArray &host, const QByteArray &path = "/")
    {
        m_socket.write("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
        QByteArray answer;
        qsizetype end = -1;
        const bool whole = QTest::qWaitFor([&] {
            answer += m_socket.readAll();
            end = answer.indexOf("\r\n\r\n");
            return isGone() || (end >= 0 && answer.size() - end - 4 >= bodyBytes(answer));
        });
        if (!whole || end < 0)
            return whole ? "CUT" : "TOO LATE";
        const QByteArray status = answer.first(answer.indexOf('\r')).mid(9);
        return status == "200 OK" ? answer.mid(end + 4) : status;
    }
    bool isGone() const { return m_socket.state() == QAbstractSocket::UnconnectedState; }

private:
    static qsizetype bodyBytes(const QByteArray &answer)
    {
        const QByteArray head = answer.toLower();
        const auto at = head.indexOf("content-length: ");
        return at < 0 ? 0 : head.mid(at + 16, head.indexOf('\r', at) - at - 16).toLongLong();
    }

    QTcpSocket m_socket;
};

/// An engine with folders to share, and what it said.
struct EngineBench
{
    net::Loop loop;
    QTemporaryDir folder;
    std::unique_ptr<app::Engine> engine = std::make_unique<app::Engine>(loop);
    QHash<QString, stats::KiteSnapshot> last;
    QStringList story;
    quint16 port = 0;
    stats::Snapshot sample;
    QStringList visits;

    EngineBench()
    {
        write(QStringLiteral("one/hello.txt"), "hello one");
        write(QStringLiteral("two/hello.txt"), "hello two");
        QObject::connect(engine.get(), &app::Engine::listening, engine.get(),
                         [this](const QString &, quint16 at) { port = at; });
        QObject::connect(engine.get(), &app::Engine::kiteChanged, engine.get(),
                         [this](const stats::KiteSnapshot &snapshot) {
                             last[snapshot.id] = snapshot;
                             story << snapshot.id + QLatin1Char(' ') + spelled(snapshot);
                         });
        QObject::connect(engine.get(), &app::Engine::sampled, engine.get(),
                         [this](const stats::Snapshot &all) { sample = all; });
        QObject::connect(engine.get(), &app::Engine::visited, engine.get(),
                         [this](const QString &id, const share::Visit &visit) {
                             visits << id + QLatin1Char(' ') + QString::fromLatin1(visit.path);
                         });
    }

    static QString spelled(const stats::KiteSnapshot &snapshot)
    {
        static const char *const states[] = {"paused", "connecting", "flying", "refused"};
        return QLatin1String(states[int(snapshot.state)]) + QLatin1Char(' ')
            + QLatin1String(stats::downWord(snapshot.reason));
    }
    QString saidOf(const QString &id) const { return spelled(last.value(id)); }

    void write(const QString &name, const QByteArray &content) const
    {
        const QFileInfo info(folder.filePath(name));
        QDir().mkpath(info.path());
        QFile file(info.filePath());
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
    }

    app::WantedKite share(const QString &name) const
    {
        app::WantedKite wanted;
        wanted.kite.id = QStringLiteral("id-") + name;
        wanted.kite.name = name;
        wanted.kite.target.paths = {folder.filePath(name)};
        return wanted;
    }
    static app::WantedKite portKite(const QString &name, quint16 at)
    {
        app::WantedKite wanted;
        wanted.kite.id = QStringLiteral("id-") + name;
        wanted.kite.name = name;
        wanted.kite.target.kind = settings::Target::Kind::Port;
        wanted.kite.target.endpoint = {QStringLiteral("127.0.0.1"), at};
        return wanted;
    }
    static app::WantedKite paused(app::WantedKite wanted)
    {
        wanted.kite.paused = true;
        return wanted;
    }
};

/// Ids of the kites of these names.
inline const QString one = QStringLiteral("id-one");
inline const QString two = QStringLiteral("id-two");

} // namespace kite::test
