#pragma once

#include <array>
#include <atomic>

#include <QByteArray>
#include <QList>
#include <QPair>

namespace kite::relay {

/// How often connectors were refused a kite, by the word that they were told. Thread-safe.
class KiteRefusals
{
public:
    /// @param word may be an operator's own: those count as one.
    void count(QByteArrayView word);
    QList<QPair<QByteArray, qint64>> all() const;

private:
    static constexpr std::array<const char *, 7> words {
        "signature", "unauthorized", "duplicate", "proto", "port", "quota", "other"};

    std::array<std::atomic<qint64>, words.size()> m_counts {};
};

} // namespace kite::relay
