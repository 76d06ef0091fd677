#include "app/engine/wakewatch.h"

#include "kitecore/base/logging.h"

namespace kite::app {

using namespace std::chrono_literals;

namespace {

/// Addresses come one after the other.
constexpr auto together = 300ms;

} // namespace

WakeWatch::WakeWatch(QObject *parent) : QObject(parent), m_gauge(SleepGauge::read())
{
    m_looking.setTimerType(Qt::VeryCoarseTimer);
    m_looking.start(SleepGauge::rhythm);
    m_telling.setSingleShot(true);
    m_telling.setInterval(together);
    connect(&m_looking, &QTimer::timeout, this, [this] {
        if (m_gauge.slept(SleepGauge::read()))
            tell();
    });
    connect(&m_addresses, &AddressWatch::changed, this, &WakeWatch::tell);
    connect(&m_telling, &QTimer::timeout, this, [this] {
        qCInfo(lcApp) << "woke up, or the network changed: links have to show that they live";
        Q_EMIT woke();
    });
}

void WakeWatch::tell()
{
    if (!m_telling.isActive())
        m_telling.start();
}

} // namespace kite::app
