#include "kitecore/relay/overload.h"

#include <algorithm>
#include <cstdlib>

#include <QFile>
#include <QThread>

namespace kite::relay {

namespace {

/// Used memory as Linux tells it; 0 elsewhere.
double usedMemory()
{
    QFile file(QStringLiteral("/proc/meminfo"));
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    double total = 0;
    double available = 0;
    for (const auto &line : file.read(4096).split('\n')) {
        const auto words = line.simplified().split(' ');
        if (words.size() < 2)
            continue;
        if (words[0] == "MemTotal:")
            total = words[1].toDouble();
        else if (words[0] == "MemAvailable:")
            available = words[1].toDouble();
    }
    return total > 0 ? (total - available) / total : 0;
}

double processorLoad()
{
#ifdef Q_OS_UNIX
    double load = 0;
    if (::getloadavg(&load, 1) == 1)
        return load / QThread::idealThreadCount();
#endif
    return 0;
}

} // namespace

Burden Burden::now()
{
    return {processorLoad(), usedMemory()};
}

OverloadLimit::OverloadLimit(const OverloadOptions &options)
    : m_options(options)
    , m_limit(options.connections)
{
}

/// So many connections cost so much: how many would cost what is wanted? Slowly, since other
/// programs take their share, and never below half of what the operator thought.
void OverloadLimit::learn(int connections, const Burden &burden, std::optional<int> fromFile)
{
    if (fromFile) {
        m_limit = *fromFile;
        return;
    }
    const double strain = std::max(burden.load / m_options.load, burden.memory / m_options.memory);
    if (connections < learnsFrom || strain <= 0)
        return;
    static constexpr double keep = 0.8;
    static constexpr double most = 1e6;
    const double bearable = std::min(connections / strain, most);
    m_limit = std::max(keep * m_limit + (1 - keep) * bearable, m_options.connections / 2.0);
}

std::optional<int> OverloadLimit::readFile(const QByteArray &text)
{
    bool isNumber = false;
    const int number = text.trimmed().toInt(&isNumber);
    return isNumber && number >= 0 ? std::optional(number) : std::nullopt;
}

} // namespace kite::relay
