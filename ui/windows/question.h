#pragma once

#include <functional>

#include <QString>

class QWidget;

namespace kite::ui {

struct Question
{
    QString title;
    QString text;
    QString yes; ///< what is done, as a verb
    QString no;  ///< the safe answer: the default, and what Escape says
};

/// Asks without stopping anything else; `answered` comes once, later.
void ask(const Question &question, QWidget *parent, std::function<void(bool yes)> answered);

} // namespace kite::ui
