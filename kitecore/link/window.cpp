#include "kitecore/link/window.h"

#include <algorithm>

#include "kitecore/link/link.h"

namespace kite::link {

void SendWindow::acknowledged(quint64 kib)
{
    m_heard = true;
    const quint64 most = m_sent / 1024; // what it can have handed on
    m_acknowledged = std::max(m_acknowledged, kib > most ? m_sent : kib * 1024);
}

qsizetype SendWindow::room() const
{
    const qsizetype size = m_dialect == Dialect::Wide ? Link::wideWindow
        : m_heard                                     ? Link::pagekiteWindow
                                                      : Link::pagekiteFirstWindow;
    return std::max<qsizetype>(0, size - qsizetype(m_sent - m_acknowledged));
}

bool Progress::isDue() const
{
    const quint64 fresh = m_taken / 1024 - m_reportedKib;
    if (m_dialect == Dialect::Wide)
        return fresh >= quint64(Link::wideAcknowledge) / 1024;
    return fresh > 0 || (m_begun && !m_reported);
}

quint64 Progress::report()
{
    m_reported = true;
    m_reportedKib = m_taken / 1024;
    return m_reportedKib;
}

} // namespace kite::link
