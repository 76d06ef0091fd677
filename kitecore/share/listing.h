#pragma once

#include <QByteArray>

#include "kitecore/http/targetpath.h"
#include "kitecore/share/docroot.h"

namespace kite::share {

/// How a folder page is sorted; folders stand first in any case.
struct ListingOrder
{
    enum class By : quint8 { Name, Size, Date };
    By by = By::Name;
    bool down = false;

    /// Reads `sort=name|size|date` and `order=up|down` of a query; anything else is as if absent.
    static ListingOrder fromQuery(QByteArrayView query);
};

/// The page of a folder, as HTML: sorts without script, escapes every name, links relative.
/// @param title the kite's name, for title and headline. @param path where the folder is; decides
/// about the way up.
QByteArray listingDocument(FolderContent content, const http::TargetPath &path, ListingOrder order,
                           QByteArrayView title);

/// As people sort: without regard to case, runs of digits by their value (`img2` before `img10`).
bool sortsBefore(QStringView a, QStringView b);

} // namespace kite::share
