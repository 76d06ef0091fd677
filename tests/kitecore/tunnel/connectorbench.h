#pragma once

#include <QHash>

#include "kitecore/tunnel/connector.h"
#include "tests/support/fakeclock.h"
#include "tests/support/fakerelay.h"
#include "tests/support/keepingtarget.h"

namespace kite::test {

/// A connector at a fake relay, in a time of its own, and what it said.
struct ConnectorBench
{
    FakeClock clock;
    net::Loop loop {clock};
    FakeRelay relay;
    std::shared_ptr<KeepingTarget> target = std::make_shared<KeepingTarget>();
    std::unique_ptr<tunnel::Connector> connector;
    QHash<QByteArray, tunnel::KiteNews> last;
    QStringList story; ///< every news, spelled
    QStringList link;
    int losses = 0;
    std::vector<tunnel::RelayWords> words;

    explicit ConnectorBench(tunnel::ConnectorOptions options = {})
    {
        relay.secrets = {{"http:a.test", "s3cret"}, {"http:b.test", "s3cret"}};
        tunnel::RelayChoice choice;
        choice.endpoint = {QStringLiteral("127.0.0.1"), relay.port()};
        connector = std::make_unique<tunnel::Connector>(loop, choice, options);
        QObject::connect(connector.get(), &tunnel::Connector::kiteChanged, connector.get(),
                         [this](const tunnel::KiteNews &news) {
                             last[news.id.toByteArray()] = news;
                             story << spelled(news);
                         });
        QObject::connect(connector.get(), &tunnel::Connector::relaySaid, connector.get(),
                         [this](const tunnel::RelayWords &said) { words.push_back(said); });
        QObject::connect(connector.get(), &tunnel::Connector::lost, connector.get(),
                         [this] { ++losses; });
        QObject::connect(connector.get(), &tunnel::Connector::linkChanged, connector.get(),
                         [this](bool up, stats::DownReason why) {
                             link << QLatin1String(up ? "up" : stats::downWord(why));
                         });
    }
    ~ConnectorBench()
    {
        connector.reset();
        target->streams.clear();
    }

    static QString spelled(const tunnel::KiteNews &news)
    {
        static const char *const states[] = {"paused", "connecting", "flying", "refused"};
        return QString::fromLatin1(news.id.toByteArray() + ' ' + states[int(news.state)] + ' '
                                   + stats::downWord(news.reason));
    }
    QString saidOf(const QByteArray &kite) const { return spelled(last.value(kite)); }

    tunnel::FlownKite kite(const QByteArray &id, const char *secret = "s3cret") const
    {
        return {*KiteId::parse(id), secrets::Secret(secret), target};
    }
    void fly(const QByteArrayList &ids)
    {
        std::vector<tunnel::FlownKite> kites;
        for (const auto &id : ids)
            kites.push_back(kite(id));
        connector->setKites(std::move(kites));
        connector->start();
    }
    void pass(std::chrono::seconds time)
    {
        using namespace std::chrono_literals;
        for (; time > 0s; time -= 1s) { // a clock that leaps looks like a computer that slept
            clock.advance(1s);
            loop.deadlines().tick();
        }
    }
};

} // namespace kite::test
