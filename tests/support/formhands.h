#pragma once

#include <QAbstractButton>
#include <QLabel>
#include <QLineEdit>
#include <QTest>

namespace kite::test {

/// The widget of that object name; a test cannot go on without it.
template <typename Widget>
Widget &part(const QWidget &of, const char *name)
{
    auto *found = of.findChild<Widget *>(QLatin1String(name));
    if (found == nullptr)
        qFatal("there is no %s", name);
    return *found;
}

/// As a person does: what was there goes, and every key is told.
inline void type(QLineEdit &line, const QString &text)
{
    line.selectAll();
    QTest::keyClick(&line, Qt::Key_Delete);
    QTest::keyClicks(&line, text);
}

inline void type(const QWidget &form, const char *name, const char *text)
{
    type(part<QLineEdit>(form, name), QString::fromUtf8(text));
}

inline void press(const QWidget &form, const char *name)
{
    part<QAbstractButton>(form, name).click();
}

/// What the form complains about now, in its order.
inline QStringList faults(const QWidget &form)
{
    QStringList all;
    const auto labels = form.findChildren<QLabel *>(QStringLiteral("fault"));
    for (const QLabel *label : labels) {
        if (!label->isHidden())
            all << label->text();
    }
    return all;
}

} // namespace kite::test
