#pragma once

#include <functional>
#include <memory>

#include <QStringList>

#include "kitecore/base/result.h"
#include "kitecore/net/target.h"
#include "kitecore/stats/meter.h"

/// Files over HTTP: what `kite share` and a folder kite point at.
namespace kite::share {

enum class ShareError {
    Missing,  ///< A path does not exist or cannot be read.
    NotAFile, ///< A device, pipe or socket.
    Clash,    ///< Two paths of the same name would stand in one listing.
};
struct ShareFailure
{
    ShareError error;
    QString path;
};

struct ShareOptions
{
    bool hiddenFiles = false; ///< Names that begin with a dot
    bool listing = true;      ///< Folder pages where there is no index.html
};

/// One answered request, for `visit` events and the visitors page.
struct Visit
{
    QString visitor; ///< address
    QByteArray method;
    QByteArray path; ///< as requested, without query
    int status = 0;
    qint64 bytes = 0; ///< of the body
    qint64 milliseconds = 0;
};

/// Serves one folder (its content at `/`), one file (at `/` and `/NAME`), or several paths (a
/// listing at `/` with each under its name).
///
/// HTTP/1.1 (RFC 9110, 9112): keep-alive, GET, HEAD, one or several ranges, ETag, Last-Modified and
/// the conditional headers, media types, folder listing, index.html. Constant memory for files of
/// any size. Nothing outside the given paths is ever served: each look-up resolves beneath an open
/// folder (openat2 RESOLVE_BENEATH on Linux), no special files, symbolic links only where they stay
/// inside.
class ShareTarget final : public net::Target
{
public:
    static Result<std::shared_ptr<ShareTarget>, ShareFailure>
    open(const QStringList &paths, ShareOptions options, std::shared_ptr<stats::Meter> meter);
    ~ShareTarget() override;

    /// Called on the serving thread for each answered request; set it before the first visit.
    void onVisit(std::function<void(const Visit &)> told);

    void visit(net::Loop &loop, std::unique_ptr<net::ByteStream> stream,
               const net::Visitor &visitor) override;

private:
    class Private;
    explicit ShareTarget(std::unique_ptr<Private> made);
    std::unique_ptr<Private> d;
};

} // namespace kite::share
