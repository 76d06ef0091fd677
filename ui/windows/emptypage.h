#pragma once

#include <QWidget>

namespace kite::ui {

/// What the window shows before there is a kite: three ways to begin, and where to drop.
class EmptyPage final : public QWidget
{
    Q_OBJECT

public:
    explicit EmptyPage(QWidget *parent = nullptr);

    /// Something is being dragged over the window.
    void setHovered(bool hovered);

Q_SIGNALS:
    void shareWanted();
    void portWanted();
    void relayWanted();

private:
    class DropArea;
    DropArea *m_drop;
};

} // namespace kite::ui
