#include "kitecore/share/openfile.h"

#include <algorithm>
#include <array>

#include <QByteArrayView>
#include <QHashFunctions>

namespace kite::share {

bool OpenFile::isKept() const
{
    const auto now = stateNow();
    if (!now)
        return false;
    if (*now == m_state)
        return true;
    return m_state.mayGrowTo(*now) && m_ends && m_ends == hashOfEnds();
}

void OpenFile::rememberEnds()
{
    if (!m_ends)
        m_ends = hashOfEnds();
}

std::optional<std::size_t> OpenFile::hashOfEnds() const
{
    std::array<char, 4096> bytes; // NOLINT(cppcoreguidelines-pro-type-member-init): filled below
    const auto most = std::min<quint64>(bytes.size(), m_state.size);
    std::size_t hash = 0;
    for (const quint64 at : {quint64(0), m_state.size - most}) {
        if (read(at, std::span(bytes).first(std::size_t(most))) != qsizetype(most))
            return std::nullopt;
        hash = qHash(QByteArrayView(bytes.data(), qsizetype(most)), hash);
    }
    return hash;
}

} // namespace kite::share
