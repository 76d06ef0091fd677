#pragma once

#include <functional>
#include <vector>

#include <QHash>
#include <QStringList>

#include "kitecore/tunnel/relayscout.h"

namespace kite::test {

/// The world as a script: answers come when the test says so.
class ScriptedWorld final : public tunnel::RelayScout::World
{
public:
    struct Relay
    {
        std::chrono::milliseconds takes {};
        const char *uuid = "";
        bool overloaded = false;
        tunnel::PingAnswer::Hint hint = {};
    };
    QHash<QString, QList<QHostAddress>> names;
    QHash<QString, Relay> relays; ///< by endpoint; others are silent
    QByteArray file;
    QStringList asked;  ///< names and endpoints
    bool hangs = false; ///< nothing is answered

    void lookUp(const QString &name, Found found) override
    {
        asked << name;
        m_answers.push_back([this, name, found] { found(names.value(name)); });
    }
    void ping(const Endpoint &relay, tunnel::RelayPing::Done pinged) override
    {
        const QString name = relay.toString();
        asked << name;
        m_answers.push_back([this, name, pinged] {
            if (!relays.contains(name))
                return pinged(std::nullopt);
            const Relay known = relays.value(name);
            tunnel::PingAnswer answer {known.uuid, known.overloaded, {}};
            if (!known.hint.name.isEmpty())
                answer.hints.push_back(known.hint);
            pinged(tunnel::RelayPing::Measured {known.takes, answer});
        });
    }
    QByteArray read(const QString &) override { return file; }
    void forget() override { m_answers.clear(); }

    void answerAll()
    {
        while (!m_answers.empty() && !hangs) {
            const auto answers = std::exchange(m_answers, {});
            for (const auto &answer : answers)
                answer();
        }
    }

private:
    std::vector<std::function<void()>> m_answers;
};

} // namespace kite::test
