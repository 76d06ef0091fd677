#include "ui/models/kitelistmodel.h"

#include <algorithm>

#include "ui/text/errortext.h"
#include "ui/text/units.h"

namespace kite::ui {

namespace {

constexpr std::size_t sparkSeconds = 60;

stats::Series lastMinute(stats::Series series)
{
    if (series.samples.size() > sparkSeconds)
        series.samples.erase(series.samples.begin(), series.samples.end() - sparkSeconds);
    return series;
}

QString placeOf(const settings::Kite &kite, const settings::Settings &settings)
{
    if (kite.relayId.isEmpty())
        return hereText(settings.preferences);
    const auto relay = std::ranges::find(settings.relays, kite.relayId, &settings::Relay::id);
    return relay == settings.relays.end() ? QString() : relayText(*relay);
}

QString idOf(const KiteRow &row)
{
    return row.kite.id;
}

/// What the user wants goes before what the core still says.
void settle(KiteRow &row)
{
    if (row.kite.paused) {
        row.now.state = stats::KiteState::Paused;
        row.now.reason = stats::DownReason::None;
        row.now.streams = 0;
    } else if (row.now.state == stats::KiteState::Paused) {
        row.now.state = stats::KiteState::Connecting;
    }
}

} // namespace

int KiteListModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

QVariant KiteListModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const KiteRow &row = m_rows[index.row()];
    switch (role) {
    case Qt::DisplayRole:
        return row.kite.name;
    case Qt::ToolTipRole:
        return targetDetail(row.kite.target);
    case Qt::AccessibleTextRole:
        return accessibleText(row);
    case IdRole:
        return row.kite.id;
    case RowRole:
        return QVariant::fromValue(row);
    case SparkRole:
        return QVariant::fromValue(lastMinute(m_traffic.series(row.kite.id)));
    default:
        return {};
    }
}

QString KiteListModel::accessibleText(const KiteRow &row) const
{
    //: Read aloud: name, state, what it points at, how many visitors
    return tr("%1, %2, %3, %4")
        .arg(row.kite.name, stateText(row.now.state), targetText(row.kite.target),
             visitorsText(row.now.streams));
}

void KiteListModel::setSettings(const settings::Settings &settings)
{
    QList<KiteRow> rows;
    rows.reserve(settings.kites.size());
    for (const settings::Kite &kite : settings.kites) {
        KiteRow row;
        if (const KiteRow *before = this->row(kite.id))
            row = *before;
        row.kite = kite;
        row.now.id = kite.id;
        row.place = placeOf(kite, settings);
        settle(row);
        rows << row;
    }
    replaceRows(rows);
}

void KiteListModel::replaceRows(const QList<KiteRow> &rows)
{
    removeGone(rows);
    const bool inOrder = m_rows.size() <= rows.size()
        && std::ranges::equal(m_rows, rows.first(m_rows.size()), {}, idOf, idOf);
    if (!inOrder) {
        beginResetModel();
        m_rows = rows;
        endResetModel();
        return;
    }
    if (rows.size() > m_rows.size()) {
        beginInsertRows({}, int(m_rows.size()), int(rows.size()) - 1);
        m_rows.append(rows.sliced(m_rows.size()));
        endInsertRows();
    }
    for (int at = 0; at < m_rows.size(); ++at)
        takeOver(at, rows[at]);
}

void KiteListModel::removeGone(const QList<KiteRow> &rows)
{
    for (int at = int(m_rows.size()) - 1; at >= 0; --at) {
        const QString id = m_rows[at].kite.id;
        if (std::ranges::find(rows, id, idOf) != rows.end())
            continue;
        beginRemoveRows({}, at, at);
        m_rows.removeAt(at);
        endRemoveRows();
        m_traffic.forget(id);
    }
}

void KiteListModel::takeOver(int at, const KiteRow &row)
{
    if (row == m_rows[at])
        return;
    const auto before = m_rows[at].now.state;
    m_rows[at] = row;
    Q_EMIT dataChanged(index(at), index(at));
    if (before != row.now.state)
        Q_EMIT stateChanged(row, before);
}

void KiteListModel::setKite(const stats::KiteSnapshot &snapshot)
{
    const int at = positionOf(snapshot.id);
    if (at < 0)
        return; // stopped meanwhile
    KiteRow row = m_rows[at];
    row.now = snapshot;
    row.rate = m_traffic.rate(snapshot.id);
    settle(row);
    takeOver(at, row);
}

void KiteListModel::setSnapshot(const stats::Snapshot &snapshot, Clock::Steady now)
{
    for (const stats::KiteSnapshot &kite : snapshot) {
        if (positionOf(kite.id) >= 0)
            m_traffic.record(kite, now);
    }
    m_traffic.idle(now);
    for (const stats::KiteSnapshot &kite : snapshot)
        setKite(kite);
    tick();
}

void KiteListModel::idle(Clock::Steady now)
{
    m_traffic.idle(now);
    tick();
}

void KiteListModel::tick()
{
    for (KiteRow &row : m_rows)
        row.rate = m_traffic.rate(row.kite.id);
    if (!m_rows.isEmpty()) // small graphs move even where no number did
        Q_EMIT dataChanged(index(0), index(int(m_rows.size()) - 1), {SparkRole});
    Q_EMIT ticked();
}

int KiteListModel::positionOf(const QString &id) const
{
    const auto found = std::ranges::find(m_rows, id, idOf);
    return found == m_rows.end() ? -1 : int(found - m_rows.begin());
}

const KiteRow *KiteListModel::row(const QString &id) const
{
    const int at = positionOf(id);
    return at < 0 ? nullptr : &m_rows[at];
}

QModelIndex KiteListModel::indexOf(const QString &id) const
{
    const int at = positionOf(id);
    return at < 0 ? QModelIndex() : index(at);
}

Activity KiteListModel::activity() const
{
    Activity activity;
    for (const KiteRow &row : m_rows) {
        switch (row.now.state) {
        case stats::KiteState::Flying:
            ++activity.flying;
            break;
        case stats::KiteState::Connecting:
            ++activity.connecting;
            break;
        case stats::KiteState::Refused:
            ++activity.down;
            break;
        case stats::KiteState::Paused:
            ++activity.paused;
            break;
        }
        activity.visitors += row.now.streams;
    }
    activity.rate = m_traffic.rate();
    return activity;
}

} // namespace kite::ui
