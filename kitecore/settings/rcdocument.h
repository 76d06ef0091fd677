#pragma once

#include <QByteArrayList>

#include "kitecore/settings/rcfile.h"

namespace kite::settings {

/// The text of one rc file, changed line by line. What nobody changes stays byte for byte:
/// comments, order, blanks, line ends, lines that no program understands, all behind `END`.
class RcDocument
{
public:
    explicit RcDocument(const QByteArray &bytes = {});

    QByteArray toByteArray() const { return m_lines.join(); }

    /// The options before `END`. RcLine::line is what the functions below take; it counts on in
    /// lines that are put in or taken out.
    QList<RcLine> options() const;

    /// The line as it is written, without its end.
    QByteArray text(int line) const;
    void replace(int line, const QByteArray &text);
    void remove(int line);
    void insertAfter(int line, const QByteArray &text);
    /// Behind the last option; in front of `END` where there is none.
    void append(const QByteArray &text);

    /// `name = value`, the names of kites' lines aligned as pagekite.py writes them.
    static QByteArray line(const QString &name, const QString &value);
    /// Whether a value comes back from the file as it is: no line ends, and no blanks at its ends
    /// or beside a `:` or `=`, which readers of these files remove.
    static bool canHold(const QString &value);

private:
    QByteArray lineEnd() const;

    QByteArrayList m_lines; ///< each with its end
};

/// The text of a file with those that its `optfile` and `optdir` lines name in the place of those
/// lines, without what stands behind `END`.
Result<QByteArray, RcFailure> flattenRc(RcFiles &files, const QString &path);
/// The same for a folder's `*.rc` files, one after the other.
Result<QByteArray, RcFailure> flattenRcFolder(RcFiles &files, const QString &folder);

} // namespace kite::settings
