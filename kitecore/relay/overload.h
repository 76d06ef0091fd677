#pragma once

#include <optional>

#include <QByteArray>
#include <QString>

namespace kite::relay {

/// `--overload`: from how many connections on a relay calls itself overloaded (PROTOCOL.md,
/// overload).
struct OverloadOptions
{
    int connections = 0; ///< 0: never
    double load = 0.75;  ///< of one processor, that it wants to keep to
    double memory = 0.85;
    QString file; ///< whose number counts, where it can be read; empty: none
};

/// What the computer has to do at the moment.
struct Burden
{
    double load = 0;   ///< of one processor; 0: not known
    double memory = 0; ///< used, of all; 0: not known

    static Burden now();
};

/// From how many connections on it is too much: learned from what so many cost. Pure.
class OverloadLimit
{
public:
    static constexpr int learnsFrom = 50; ///< fewer say nothing about many

    explicit OverloadLimit(const OverloadOptions &options);

    int connections() const { return int(m_limit); }
    bool isReached(int connections) const
    {
        return m_options.connections > 0 && connections >= this->connections();
    }
    /// @param fromFile what the operator's file says.
    void learn(int connections, const Burden &burden, std::optional<int> fromFile);

    /// The number in such a file.
    static std::optional<int> readFile(const QByteArray &text);

private:
    const OverloadOptions m_options;
    double m_limit;
};

} // namespace kite::relay
