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
    StateLamp *m_lamp = nullptr;
    QLabel *m_name = nullptr;
    QLabel *m_state = nullptr;
    SwitchButton *m_flies = nullptr;
    NoteBar *m_trouble = nullptr;
    QPushButton *m_retry = nullptr;
    QPushButton *m_secret = nullptr;
    AddressRow *m_address = nullptr;
    QLabel *m_target = nullptr;
    TrafficGraph *m_graph = nullptr;
    QLabel *m_out = nullptr;
    QLabel *m_in = nullptr;
    QLabel *m_visitors = nullptr;
    QLabel *m_visits = nullptr;
};

} // namespace kite::ui
