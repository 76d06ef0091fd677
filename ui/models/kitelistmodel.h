#pragma once

#include <QAbstractListModel>

#include "kitecore/settings/kiteconfig.h"
#include "kitecore/stats/snapshot.h"
#include "ui/models/trafficbook.h"
#include "ui/text/kitetext.h"

namespace kite::ui {

/// One kite as windows show it: what the user chose, and what the core says of it.
struct KiteRow
{
    settings::Kite kite;
    stats::KiteSnapshot now; ///< `state` is Paused for a paused kite, whatever the core says
    stats::Sample rate;
    QString place; ///< `This computer`, or the relay

    bool operator==(const KiteRow &) const = default;
};

/// All kites, in the order of the settings.
class KiteListModel final : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Role {
        IdRole = Qt::UserRole,
        RowRole,   ///< KiteRow
        SparkRole, ///< stats::Series, the last minute
    };

    using QAbstractListModel::QAbstractListModel;

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;

    void setSettings(const settings::Settings &settings);
    /// One kite's state changed.
    void setKite(const stats::KiteSnapshot &snapshot);
    /// All kites, once a second.
    void setSnapshot(const stats::Snapshot &snapshot, Clock::Steady now);
    /// A second without a snapshot.
    void idle(Clock::Steady now);

    /// @return null for an unknown id. Valid until the model changes.
    const KiteRow *row(const QString &id) const;
    const QList<KiteRow> &rows() const { return m_rows; }
    QModelIndex indexOf(const QString &id) const;
    stats::Series series(const QString &id) const { return m_traffic.series(id); }
    Activity activity() const;

Q_SIGNALS:
    /// Once a second: rates and graphs moved on.
    void ticked();
    /// A kite's state became another one.
    void stateChanged(const kite::ui::KiteRow &row, kite::stats::KiteState before);

private:
    int positionOf(const QString &id) const;
    void replaceRows(const QList<KiteRow> &rows);
    void removeGone(const QList<KiteRow> &rows);
    void takeOver(int at, const KiteRow &row);
    void tick();
    QString accessibleText(const KiteRow &row) const;

    QList<KiteRow> m_rows;
    TrafficBook m_traffic;
};

} // namespace kite::ui

Q_DECLARE_METATYPE(kite::ui::KiteRow)
Q_DECLARE_METATYPE(kite::stats::Series)
