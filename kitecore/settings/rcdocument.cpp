#include "kitecore/settings/rcdocument.h"

#include <algorithm>

namespace kite::settings {

namespace {

/// Of `text`, what ends the line: nothing, `\n` or `\r\n`.
QByteArray endOf(const QByteArray &text)
{
    if (text.endsWith("\r\n"))
        return "\r\n";
    return text.endsWith('\n') ? "\n" : "";
}

} // namespace

RcDocument::RcDocument(const QByteArray &bytes)
{
    qsizetype begin = 0;
    while (begin < bytes.size()) {
        const auto found = bytes.indexOf('\n', begin);
        const auto end = found < 0 ? bytes.size() : found + 1;
        m_lines.append(bytes.sliced(begin, end - begin));
        begin = end;
    }
}

QList<RcLine> RcDocument::options() const
{
    return parseRc(QString::fromUtf8(toByteArray()), {});
}

QByteArray RcDocument::text(int line) const
{
    const auto &whole = m_lines[line - 1];
    return whole.chopped(endOf(whole).size());
}

void RcDocument::replace(int line, const QByteArray &text)
{
    auto &whole = m_lines[line - 1];
    whole = text + endOf(whole);
}

void RcDocument::remove(int line)
{
    m_lines.removeAt(line - 1);
}

void RcDocument::insertAfter(int line, const QByteArray &text)
{
    if (line > 0 && endOf(m_lines[line - 1]).isEmpty())
        m_lines[line - 1] += lineEnd();
    m_lines.insert(line, text + lineEnd());
}

void RcDocument::append(const QByteArray &text)
{
    const auto all = options();
    if (!all.isEmpty())
        return insertAfter(all.last().line, text);
    const auto end = std::ranges::find_if(
        m_lines, [](const QByteArray &line) { return line.trimmed().startsWith("END"); });
    insertAfter(int(end - m_lines.begin()), text);
}

QByteArray RcDocument::lineEnd() const
{
    return !m_lines.isEmpty() && m_lines.first().endsWith("\r\n") ? "\r\n" : "\n";
}

QByteArray RcDocument::line(const QString &name, const QString &value)
{
    if (value.isNull())
        return name.toUtf8();
    static constexpr qsizetype serviceWidth = 11; // service_off
    const bool service = name.startsWith(u"service_");
    return (service ? name.leftJustified(serviceWidth) : name).toUtf8() + " = " + value.toUtf8();
}

bool RcDocument::canHold(const QString &value)
{
    if (std::ranges::any_of(value, [](QChar c) { return c.category() == QChar::Other_Control; }))
        return false;
    const QString text = QLatin1String("a=") + value;
    const auto lines = parseRc(text, {});
    return lines.size() == 1 && lines.first().value == value;
}

// --- several files as one ---

namespace {

using Flat = Result<QByteArray, RcFailure>;

class Flattener
{
public:
    explicit Flattener(RcFiles &files) : m_files(files) {}

    Flat file(const QString &path)
    {
        if (m_depth == maxRcDepth || ++m_opened > maxRcFiles)
            return Err {RcFailure {RcError::TooDeep, path, {}}};
        const auto bytes = m_files.read(path);
        if (!bytes)
            return Err {RcFailure {RcError::Unreadable, path, bytes.error()}};
        ++m_depth;
        auto flat = expand(*bytes);
        --m_depth;
        return flat;
    }

    Flat folder(const QString &path)
    {
        const auto names = m_files.rcFilesIn(path);
        if (!names)
            return Err {RcFailure {RcError::Unreadable, path, names.error()}};
        QByteArray all;
        for (const QString &name : *names) {
            const auto one = file(name);
            if (!one)
                return one;
            all += *one;
        }
        return all;
    }

private:
    Flat expand(const QByteArray &bytes)
    {
        QByteArray all;
        for (qsizetype begin = 0; begin < bytes.size();) {
            const auto found = bytes.indexOf('\n', begin);
            const auto next = found < 0 ? bytes.size() : found + 1;
            const QByteArray line = bytes.sliced(begin, next - begin);
            begin = next;
            if (line.trimmed().startsWith("END"))
                break;
            const auto option = parseRc(QString::fromUtf8(line), {});
            const QString name = option.isEmpty() ? QString() : option.first().name;
            const bool nests = name == u"optfile" || name == u"optdir";
            const auto inner = !nests ? Flat(line)
                : name == u"optfile"  ? file(option.first().value)
                                      : folder(option.first().value);
            if (!inner)
                return inner;
            all += *inner;
        }
        return all.isEmpty() || all.endsWith('\n') ? all : all + '\n';
    }

    RcFiles &m_files;
    int m_depth = 0;
    int m_opened = 0;
};

} // namespace

Flat flattenRc(RcFiles &files, const QString &path)
{
    return Flattener(files).file(path);
}

Flat flattenRcFolder(RcFiles &files, const QString &folder)
{
    return Flattener(files).folder(folder);
}

} // namespace kite::settings
