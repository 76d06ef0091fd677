#include "kitecore/settings/rcfile.h"

namespace kite::settings {

namespace {

using Lines = Result<QList<RcLine>, RcFailure>;

/// Removes the blanks on both sides of every `=` and `:`.
QString squeeze(QStringView line)
{
    QString squeezed;
    bool afterMark = false;
    for (const QChar c : line) {
        const bool mark = c == QLatin1Char('=') || c == QLatin1Char(':');
        if (mark) {
            while (!squeezed.isEmpty() && squeezed.back().isSpace())
                squeezed.chop(1);
        }
        if (!(afterMark && c.isSpace()))
            squeezed.append(c);
        afterMark = mark || (afterMark && c.isSpace());
    }
    return squeezed;
}

RcLine readLine(QStringView text, const QString &file, int number)
{
    const QString squeezed = squeeze(text);
    QStringView option = squeezed;
    while (option.startsWith(QLatin1Char('-')))
        option = option.sliced(1);
    const auto equals = option.indexOf(QLatin1Char('='));
    if (equals < 0)
        return {option.toString(), QString(), file, number};
    return {option.first(equals).toString(), option.sliced(equals + 1).toString(), file, number};
}

class Loader
{
public:
    explicit Loader(RcFiles &files) : m_files(files) {}

    Lines file(const QString &path)
    {
        if (m_depth == maxRcDepth || ++m_opened > maxRcFiles)
            return Err {RcFailure {RcError::TooDeep, path, {}}};
        const auto bytes = m_files.read(path);
        if (!bytes)
            return Err {RcFailure {RcError::Unreadable, path, bytes.error()}};
        ++m_depth;
        auto lines = expand(parseRc(QString::fromUtf8(*bytes), path));
        --m_depth;
        return lines;
    }

    Lines folder(const QString &path)
    {
        const auto names = m_files.rcFilesIn(path);
        if (!names)
            return Err {RcFailure {RcError::Unreadable, path, names.error()}};
        QList<RcLine> all;
        for (const QString &name : *names) {
            const auto lines = file(name);
            if (!lines)
                return lines;
            all += *lines;
        }
        return all;
    }

private:
    Lines expand(const QList<RcLine> &lines)
    {
        QList<RcLine> all;
        for (const RcLine &line : lines) {
            if (line.name != u"optfile" && line.name != u"optdir") {
                all.append(line);
                continue;
            }
            const auto inner = line.name == u"optfile" ? file(line.value) : folder(line.value);
            if (!inner)
                return inner;
            all += *inner;
        }
        return all;
    }

    RcFiles &m_files;
    int m_depth = 0;
    int m_opened = 0;
};

} // namespace

QList<RcLine> parseRc(QStringView text, const QString &file)
{
    QList<RcLine> lines;
    int number = 0;
    for (const auto raw : text.split(QLatin1Char('\n'))) {
        ++number;
        const auto line = raw.trimmed();
        if (line.startsWith(u"END"))
            break;
        if (!line.isEmpty() && !line.startsWith(QLatin1Char('#')))
            lines.append(readLine(line, file, number));
    }
    return lines;
}

Lines loadRc(RcFiles &files, const QString &path)
{
    return Loader(files).file(path);
}

Lines loadRcFolder(RcFiles &files, const QString &folder)
{
    return Loader(files).folder(folder);
}

} // namespace kite::settings
