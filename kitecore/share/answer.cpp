#include "kitecore/share/answer.h"

#include <array>

#include <QCryptographicHash>
#include <QRandomGenerator>

#include "kitecore/http/conditional.h"
#include "kitecore/http/httpdate.h"
#include "kitecore/http/mediatype.h"
#include "kitecore/http/pages.h"
#include "kitecore/http/responsehead.h"
#include "kitecore/share/listing.h"

namespace kite::share {

namespace {

using http::ResponseHead;

constexpr char methods[] = "GET, HEAD, OPTIONS";
/// A page up to this size goes out as one piece with its head.
constexpr qsizetype joinedBytes = 16 * 1024;

int statusOf(OpenError error)
{
    switch (error) {
    case OpenError::Missing:
        return 404;
    case OpenError::Denied:
        return 403;
    case OpenError::Busy:
        return 503;
    case OpenError::Broken:
        return 500;
    }
    Q_UNREACHABLE();
}

/// Strong: another content has another time or size. Hashed, since inode numbers are nobody's
/// business.
QByteArray entityTag(const FileState &state)
{
    const QByteArray facts = QByteArray::number(state.number) + '-' + QByteArray::number(state.size)
        + '-' + QByteArray::number(qint64(state.modified.count()));
    const auto digest = QCryptographicHash::hash(facts, QCryptographicHash::Sha1);
    return '"' + digest.first(12).toHex() + '"';
}

/// Makes the answer to one request.
class Answering
{
public:
    Answering(const http::RequestHead &head, const Circumstances &around)
        : m_head(head)
        , m_around(around)
        , m_isGet(head.method == "GET")
    {
    }

    Answer run();
    Answer page(int status);

private:
    ResponseHead begin(int status) const;
    Answer finish(int status, ResponseHead &response, const QByteArray &document = {});
    Answer document(int status, ResponseHead &response, const QByteArray &html);

    Answer serve(FileFound &file);
    Answer serve(FolderFound &folder);
    Answer serve(FolderElsewhere &folder);
    Answer folderPage(const QByteArray &html);
    QByteArray pageKey() const;
    Answer options();
    Answer notModified(const http::Validators &current);
    Answer unsatisfiable(quint64 size);
    Answer whole(FileFound &file, const http::Validators &current);
    Answer part(FileFound &file, const http::Validators &current, const http::ByteRange &range);
    Answer parts(FileFound &file, const http::Validators &current,
                 const std::vector<http::ByteRange> &ranges);

    http::RangeChoice chooseRanges(const FileFound &file, const http::Validators &current) const;
    ResponseHead beginFile(int status, const FileFound &file, const http::Validators &current,
                           const QByteArray &type) const;
    QByteArray typeOf(const FileFound &file) const;

    const http::RequestHead &m_head;
    const Circumstances &m_around;
    const bool m_isGet;
    http::TargetPath m_path;
    Clock::Steady m_begun; ///< looking for what is there
};

Answer Answering::run()
{
    if (m_head.method == "OPTIONS")
        return options();
    if (!m_isGet && m_head.method != "HEAD")
        return page(405);
    auto path = http::parseTarget(m_head.target);
    if (!path)
        return page(400);
    m_path = std::move(path).value();
    m_begun = m_around.pages.now();
    if (const auto page = m_path.folder ? m_around.pages.find(pageKey()) : std::nullopt)
        return folderPage(*page);
    auto what = m_around.tree.find(m_path);
    if (!what)
        return page(statusOf(what.error()));
    Found found = std::move(what).value();
    return std::visit([this](auto &thing) { return serve(thing); }, found);
}

ResponseHead Answering::begin(int status) const
{
    ResponseHead response(status);
    response.add("Date", http::formatDate(m_around.now));
    return response;
}

Answer Answering::finish(int status, ResponseHead &response, const QByteArray &document)
{
    if (m_around.closes)
        response.add("Connection", "close");
    else if (m_head.minorVersion == 0)
        response.add("Connection", "keep-alive");
    Answer answer;
    answer.status = status;
    answer.closes = m_around.closes;
    QByteArray head = response.take();
    answer.headBytes = head.size();
    if (m_head.method == "HEAD" || document.size() > joinedBytes) {
        answer.content.addText(head);
        if (m_head.method != "HEAD")
            answer.content.addText(document); // which others may be getting, too
    } else {
        answer.content.addText(head + document);
    }
    return answer;
}

/// A page that we make.
Answer Answering::document(int status, ResponseHead &response, const QByteArray &html)
{
    response.add("Content-Type", "text/html; charset=utf-8")
        .add("Content-Length", quint64(html.size()))
        .add("Cache-Control", "no-cache")
        .add("Content-Security-Policy", http::pagePolicy)
        .add("X-Content-Type-Options", "nosniff");
    return finish(status, response, html);
}

Answer Answering::page(int status)
{
    auto response = begin(status);
    if (status == 405)
        response.add("Allow", methods);
    return document(status, response, http::statusDocument(status, m_around.title));
}

Answer Answering::options()
{
    auto response = begin(204);
    response.add("Allow", methods);
    return finish(204, response);
}

Answer Answering::serve(FolderElsewhere &)
{
    m_path.folder = true;
    QByteArray location = m_path.encoded();
    if (!m_path.query.isEmpty())
        location += '?' + m_path.query;
    auto response = begin(301);
    response.add("Location", location);
    return document(301, response, http::statusDocument(301, m_around.title));
}

Answer Answering::serve(FolderFound &folder)
{
    const auto html = listingDocument(std::move(folder.content), m_path,
                                      ListingOrder::fromQuery(m_path.query), m_around.title);
    m_around.pages.keep(pageKey(), html, m_begun);
    auto answer = folderPage(html);
    answer.isCostly = true;
    return answer;
}

Answer Answering::folderPage(const QByteArray &html)
{
    auto response = begin(200);
    return document(200, response, html);
}

/// All that a folder's page depends on, besides the folder.
QByteArray Answering::pageKey() const
{
    const auto order = ListingOrder::fromQuery(m_path.query);
    return m_path.encoded() + '?' + char('0' + int(order.by)) + (order.down ? '-' : '+')
        + m_around.title;
}

Answer Answering::serve(FileFound &file)
{
    const auto &state = file.file.state();
    const http::Validators current {entityTag(state),
                                    std::chrono::floor<std::chrono::seconds>(state.modified)};
    switch (http::evaluateConditions(m_head, current, m_around.now)) {
    case http::Precondition::NotModified:
        return notModified(current);
    case http::Precondition::Failed:
        return page(412);
    case http::Precondition::Proceed:
        break;
    }
    const auto choice = chooseRanges(file, current);
    if (choice.kind == http::RangeChoice::Kind::Unsatisfiable)
        return unsatisfiable(state.size);
    if (choice.parts.empty())
        return whole(file, current);
    if (choice.parts.size() == 1)
        return part(file, current, choice.parts.front());
    return parts(file, current, choice.parts);
}

/// Ranges are a matter of GET alone (RFC 9110, 14.2).
http::RangeChoice Answering::chooseRanges(const FileFound &file,
                                          const http::Validators &current) const
{
    const auto header = m_head.header("Range");
    if (!m_isGet || !header || !http::rangeCounts(m_head, current, m_around.now))
        return {};
    return http::chooseRanges(*header, file.file.state().size);
}

QByteArray Answering::typeOf(const FileFound &file) const
{
    std::array<char, http::contentSampleBytes> sample {};
    qsizetype bytes = 0;
    if (http::isText(http::mediaType(file.name)))
        bytes = std::max<qsizetype>(0, file.file.read(0, sample));
    return http::contentType(file.name, QByteArrayView(sample.data(), bytes));
}

/// `no-cache` lets browsers keep a file and ask each time: work in progress is never seen stale.
ResponseHead Answering::beginFile(int status, const FileFound &file,
                                  const http::Validators &current, const QByteArray &type) const
{
    auto response = begin(status);
    response.add("Content-Type", type)
        .add("Last-Modified", http::formatDate(std::min(current.modified, m_around.now)))
        .add("ETag", current.etag)
        .add("Accept-Ranges", "bytes")
        .add("Cache-Control", "no-cache")
        .add("X-Content-Type-Options", "nosniff");
    if (file.isTop) // saved under its own name, though the address has none (RFC 8187)
        response.add("Content-Disposition",
                     "inline; filename*=UTF-8''"
                         + http::percentEncode(QString::fromUtf8(file.name).toUtf8()));
    return response;
}

Answer Answering::notModified(const http::Validators &current)
{
    auto response = begin(304);
    response.add("ETag", current.etag)
        .add("Last-Modified", http::formatDate(std::min(current.modified, m_around.now)))
        .add("Cache-Control", "no-cache");
    return finish(304, response);
}

Answer Answering::unsatisfiable(quint64 size)
{
    auto response = begin(416);
    response.add("Content-Range", http::contentRangeUnsatisfied(size));
    return document(416, response, http::statusDocument(416, m_around.title));
}

Answer Answering::whole(FileFound &file, const http::Validators &current)
{
    const auto size = file.file.state().size;
    auto response = beginFile(200, file, current, typeOf(file));
    response.add("Content-Length", size);
    auto answer = finish(200, response);
    if (m_isGet) {
        answer.content.setFile(std::move(file.file));
        answer.content.addRange({0, size});
    }
    return answer;
}

Answer Answering::part(FileFound &file, const http::Validators &current,
                       const http::ByteRange &range)
{
    auto response = beginFile(206, file, current, typeOf(file));
    response.add("Content-Range", http::contentRange(range, file.file.state().size))
        .add("Content-Length", range.bytes);
    auto answer = finish(206, response);
    answer.content.setFile(std::move(file.file));
    answer.content.addRange(range);
    return answer;
}

/// multipart/byteranges (RFC 9110, 14.6).
Answer Answering::parts(FileFound &file, const http::Validators &current,
                        const std::vector<http::ByteRange> &ranges)
{
    const auto size = file.file.state().size;
    const auto type = typeOf(file);
    auto *random = QRandomGenerator::system();
    const QByteArray boundary = QByteArray::number(random->generate64(), 16)
        + QByteArray::number(random->generate64(), 16);
    std::vector<QByteArray> heads;
    const QByteArray tail = "\r\n--" + boundary + "--\r\n";
    auto length = quint64(tail.size());
    for (const auto &range : ranges) {
        heads.push_back(QByteArray(heads.empty() ? "--" : "\r\n--") + boundary
                        + "\r\nContent-Type: " + type
                        + "\r\nContent-Range: " + http::contentRange(range, size) + "\r\n\r\n");
        length += quint64(heads.back().size()) + range.bytes;
    }
    auto response = beginFile(206, file, current, "multipart/byteranges; boundary=" + boundary);
    response.add("Content-Length", length);
    auto answer = finish(206, response);
    answer.content.setFile(std::move(file.file));
    for (std::size_t i = 0; i < ranges.size(); ++i) {
        answer.content.addText(std::move(heads[i]));
        answer.content.addRange(ranges[i]);
    }
    answer.content.addText(tail);
    return answer;
}

} // namespace

Answer answerRequest(const http::RequestHead &head, const Circumstances &around)
{
    return Answering(head, around).run();
}

Answer answerGarbage(int status, const Circumstances &around)
{
    Q_ASSERT(around.closes);
    const http::RequestHead nobody;
    return Answering(nobody, around).page(status);
}

} // namespace kite::share
