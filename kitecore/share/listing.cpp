#include "kitecore/share/listing.h"

#include <algorithm>

#include <QLocale>

#include "kitecore/http/pages.h"

namespace kite::share {

namespace {

/// A row, with what is needed to sort and show it.
struct Row
{
    FolderEntry entry;
    QString name; ///< for eyes: bytes that are no UTF-8 replaced

    bool isFolder() const { return entry.kind == OpenFile::Kind::Folder; }
};

QByteArray wordOf(ListingOrder::By by)
{
    switch (by) {
    case ListingOrder::By::Size:
        return "size";
    case ListingOrder::By::Date:
        return "date";
    case ListingOrder::By::Name:
        break;
    }
    return "name";
}

std::vector<Row> sortedRows(FolderContent content, ListingOrder order)
{
    std::vector<Row> rows;
    rows.reserve(content.entries.size());
    for (auto &entry : content.entries) {
        QString name = QString::fromUtf8(entry.name);
        rows.push_back({std::move(entry), std::move(name)});
    }
    const auto byName = [](const Row &a, const Row &b) { return sortsBefore(a.name, b.name); };
    const auto less = [order, byName](const Row &a, const Row &b) {
        if (order.by == ListingOrder::By::Size && a.entry.size != b.entry.size)
            return a.entry.size < b.entry.size;
        if (order.by == ListingOrder::By::Date && a.entry.modified != b.entry.modified)
            return a.entry.modified < b.entry.modified;
        return byName(a, b);
    };
    std::ranges::sort(rows, [order, less](const Row &a, const Row &b) {
        if (a.isFolder() != b.isFolder())
            return a.isFolder();
        return order.down ? less(b, a) : less(a, b);
    });
    return rows;
}

/// Characters that turn the order of others around: `photo<202E>gpj.exe` reads as `photoexe.jpg`.
bool turnsText(QChar c)
{
    return (c >= QChar(0x202a) && c <= QChar(0x202e)) || (c >= QChar(0x2066) && c <= QChar(0x2069));
}

QByteArray isolated(const QString &name)
{
    QString shown = name;
    for (QChar &c : shown) {
        if (c.category() == QChar::Other_Control || turnsText(c))
            c = QChar::ReplacementCharacter;
    }
    return "<bdi>" + http::escapeHtml(shown.toUtf8()) + "</bdi>";
}

QByteArray padded(qint64 number, qsizetype digits)
{
    return QByteArray::number(number).rightJustified(digits, '0');
}

/// Not by QDateTime: that costs more than all else on a page of thousands.
QByteArray dateCell(std::chrono::seconds modified)
{
    using namespace std::chrono;
    const sys_seconds moment {modified};
    const auto midnight = floor<days>(moment);
    const year_month_day date {midnight};
    const hh_mm_ss time {moment - midnight};
    if (!date.ok())
        return "<td class=\"when\"></td>";
    const auto day = padded(int(date.year()), 4) + '-' + padded(unsigned(date.month()), 2) + '-'
        + padded(unsigned(date.day()), 2);
    const auto clock = padded(time.hours().count(), 2) + ':' + padded(time.minutes().count(), 2);
    return R"(<td class="when"><time datetime=")" + day + 'T' + clock + R"(Z">)" + day
        + R"(<span class="clock"> )" + clock + "</span></time></td>";
}

QByteArray rowHtml(const Row &row)
{
    const QByteArray slash = row.isFolder() ? "/" : "";
    const QByteArray size = row.isFolder()
        ? QByteArray()
        : QLocale::c()
              .formattedDataSize(qint64(row.entry.size), 1, QLocale::DataSizeSIFormat)
              .toUtf8();
    return "<tr><td><a href=\"" + http::percentEncode(row.entry.name) + slash + "\">"
        + isolated(row.name) + slash + "</a></td><td class=\"size\">" + size + "</td>"
        + dateCell(row.entry.modified) + "</tr>\n";
}

/// A column's head is a link that sorts by it; a second click turns it around.
QByteArray columnHead(ListingOrder::By by, QByteArrayView label, QByteArrayView cssClass,
                      ListingOrder order)
{
    const bool sorted = order.by == by;
    const bool turns = sorted && !order.down;
    const QByteArray aria
        = sorted ? (order.down ? " aria-sort=\"descending\"" : " aria-sort=\"ascending\"") : "";
    const QByteArray arrow = sorted ? (order.down ? " \u2193" : " \u2191") : "";
    return R"(<th scope="col" class=")" + cssClass.toByteArray() + '"' + aria
        + R"(><a href="?sort=)" + wordOf(by) + "&amp;order=" + (turns ? "down" : "up") + R"(">)"
        + label.toByteArray() + "</a>" + arrow + "</th>";
}

/// `kite / folder / folder`, each but the last a link.
QByteArray headline(const http::TargetPath &path, QByteArrayView title)
{
    QByteArray html = "<h1>";
    QByteArray up;
    const auto depth = path.segments.size();
    for (std::size_t level = 0; level <= depth; ++level) {
        const QByteArray name = level == 0 ? isolated(QString::fromUtf8(title))
                                           : isolated(QString::fromUtf8(path.segments[level - 1]));
        if (level == depth)
            return html + name + "</h1>\n";
        up = QByteArray("../").repeated(qsizetype(depth - level));
        html += "<a href=\"" + up + "\">" + name + "</a> / ";
    }
    return html;
}

QByteArray table(const std::vector<Row> &rows, const http::TargetPath &path, ListingOrder order)
{
    QByteArray html = "<table><thead><tr>"
        + columnHead(ListingOrder::By::Name, "Name", "name", order)
        + columnHead(ListingOrder::By::Size, "Size", "size", order)
        + columnHead(ListingOrder::By::Date, "Modified", "when", order) + "</tr></thead><tbody>\n";
    if (!path.segments.empty())
        html += "<tr><td><a href=\"../\">Parent folder</a></td><td class=\"size\"></td>"
                "<td class=\"when\"></td></tr>\n";
    for (const auto &row : rows)
        html += rowHtml(row);
    return html + "</tbody></table>\n";
}

qsizetype digitRun(QStringView text)
{
    const auto isDigit = [](QChar c) { return c >= u'0' && c <= u'9'; };
    return std::ranges::find_if_not(text, isDigit) - text.begin();
}

/// Compares by value, however many digits.
int compareNumbers(QStringView a, QStringView b)
{
    while (a.size() > 1 && a.startsWith(u'0'))
        a = a.sliced(1);
    while (b.size() > 1 && b.startsWith(u'0'))
        b = b.sliced(1);
    if (a.size() != b.size())
        return a.size() < b.size() ? -1 : 1;
    return a.compare(b);
}

} // namespace

ListingOrder ListingOrder::fromQuery(QByteArrayView query)
{
    ListingOrder order;
    const auto by = http::queryValue(query, "sort");
    for (const By candidate : {By::Name, By::Size, By::Date}) {
        if (by == wordOf(candidate))
            order.by = candidate;
    }
    order.down = http::queryValue(query, "order") == "down";
    return order;
}

QByteArray listingDocument(FolderContent content, const http::TargetPath &path, ListingOrder order,
                           QByteArrayView title)
{
    const bool complete = content.isComplete;
    const auto rows = sortedRows(std::move(content), order);
    QByteArray html = "<main>" + headline(path, title) + table(rows, path, order);
    if (rows.empty())
        html += "<p class=\"dim\">This folder is empty.</p>\n";
    if (!complete)
        html += "<p class=\"dim\">There are more files here than one page shows.</p>\n";
    if (!rows.empty())
        html += "<p class=\"dim\">Times are UTC.</p>";
    return http::htmlDocument(title, html + "</main>");
}

bool sortsBefore(QStringView a, QStringView b)
{
    const QStringView wholeA = a;
    const QStringView wholeB = b;
    while (!a.isEmpty() && !b.isEmpty()) {
        const auto digitsA = digitRun(a);
        const auto digitsB = digitRun(b);
        const bool numbers = digitsA > 0 && digitsB > 0;
        const qsizetype stepA = numbers ? digitsA : 1;
        const qsizetype stepB = numbers ? digitsB : 1;
        const int order = numbers ? compareNumbers(a.first(stepA), b.first(stepB))
                                  : a.first(1).compare(b.first(1), Qt::CaseInsensitive);
        if (order != 0)
            return order < 0;
        a = a.sliced(stepA);
        b = b.sliced(stepB);
    }
    if (a.isEmpty() != b.isEmpty())
        return a.isEmpty();
    return wholeA < wholeB; // differ in case or leading zeros only: some order, always the same
}

} // namespace kite::share
