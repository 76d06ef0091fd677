#pragma once

#include <QWidget>

#include "ui/models/kitelistmodel.h"

class QLabel;
class QPushButton;

namespace kite::ui {

class AddressRow;
class NoteBar;
class StateLamp;
class SwitchButton;
class TrafficGraph;

/// All about the chosen kite.
class KitePanel final : public QWidget
{
    Q_OBJECT

public:
    explicit KitePanel(QWidget *parent = nullptr);

    void show(const KiteRow &row, const stats::Series &series);

Q_SIGNALS:
    void pauseWanted(const QString &kiteId, bool paused);
    void stopWanted(const QString &kiteId);
    void retryWanted();
    void secretWanted(const QString &relayId);
    void copyWanted(const QString &address);
    void openWanted(const QString &address);
    void qrWanted(const QString &address);

private:
    QLayout *makeHead();
    QLayout *makeTotals();
    QLabel *addTotal(QLayout &row, const QString &title);
    void showTrouble();
    void showNumbers(const stats::Series &series);

    KiteRow m_row;
    StateLamp *m_lamp;
    QLabel *m_name;
    QLabel *m_state;
    SwitchButton *m_flies;
    NoteBar *m_trouble;
    QPushButton *m_retry;
    QPushButton *m_secret;
    AddressRow *m_address;
    QLabel *m_target;
    TrafficGraph *m_graph;
    QLabel *m_out;
    QLabel *m_in;
    QLabel *m_visitors;
    QLabel *m_visits;
};

} // namespace kite::ui
