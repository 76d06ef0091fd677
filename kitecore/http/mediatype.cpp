#include "kitecore/http/mediatype.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace kite::http {

namespace {

using namespace std::string_view_literals;

struct Row
{
    std::string_view extension;
    std::string_view type;
};

constexpr std::array rows {
    Row {"3gp"sv, "video/3gpp"sv},
    Row {"7z"sv, "application/x-7z-compressed"sv},
    Row {"aac"sv, "audio/aac"sv},
    Row {"apk"sv, "application/vnd.android.package-archive"sv},
    Row {"apng"sv, "image/apng"sv},
    Row {"asc"sv, "text/plain"sv},
    Row {"atom"sv, "application/atom+xml"sv},
    Row {"avi"sv, "video/x-msvideo"sv},
    Row {"avif"sv, "image/avif"sv},
    Row {"bmp"sv, "image/bmp"sv},
    Row {"bz2"sv, "application/x-bzip2"sv},
    Row {"c"sv, "text/plain"sv},
    Row {"cpp"sv, "text/plain"sv},
    Row {"css"sv, "text/css"sv},
    Row {"csv"sv, "text/csv"sv},
    Row {"deb"sv, "application/vnd.debian.binary-package"sv},
    Row {"doc"sv, "application/msword"sv},
    Row {"docx"sv, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"sv},
    Row {"eot"sv, "application/vnd.ms-fontobject"sv},
    Row {"epub"sv, "application/epub+zip"sv},
    Row {"flac"sv, "audio/flac"sv},
    Row {"gif"sv, "image/gif"sv},
    Row {"gz"sv, "application/gzip"sv},
    Row {"h"sv, "text/plain"sv},
    Row {"heic"sv, "image/heic"sv},
    Row {"htm"sv, "text/html"sv},
    Row {"html"sv, "text/html"sv},
    Row {"ico"sv, "image/x-icon"sv},
    Row {"ics"sv, "text/calendar"sv},
    Row {"jpeg"sv, "image/jpeg"sv},
    Row {"jpg"sv, "image/jpeg"sv},
    Row {"js"sv, "text/javascript"sv},
    Row {"json"sv, "application/json"sv},
    Row {"jsonld"sv, "application/ld+json"sv},
    Row {"jxl"sv, "image/jxl"sv},
    Row {"log"sv, "text/plain"sv},
    Row {"m3u8"sv, "application/vnd.apple.mpegurl"sv},
    Row {"m4a"sv, "audio/mp4"sv},
    Row {"m4v"sv, "video/mp4"sv},
    Row {"map"sv, "application/json"sv},
    Row {"md"sv, "text/markdown"sv},
    Row {"mid"sv, "audio/midi"sv},
    Row {"mjs"sv, "text/javascript"sv},
    Row {"mkv"sv, "video/matroska"sv},
    Row {"mov"sv, "video/quicktime"sv},
    Row {"mp3"sv, "audio/mpeg"sv},
    Row {"mp4"sv, "video/mp4"sv},
    Row {"mpd"sv, "application/dash+xml"sv},
    Row {"mpeg"sv, "video/mpeg"sv},
    Row {"mpg"sv, "video/mpeg"sv},
    Row {"odp"sv, "application/vnd.oasis.opendocument.presentation"sv},
    Row {"ods"sv, "application/vnd.oasis.opendocument.spreadsheet"sv},
    Row {"odt"sv, "application/vnd.oasis.opendocument.text"sv},
    Row {"oga"sv, "audio/ogg"sv},
    Row {"ogg"sv, "audio/ogg"sv},
    Row {"ogv"sv, "video/ogg"sv},
    Row {"opus"sv, "audio/ogg"sv},
    Row {"otf"sv, "font/otf"sv},
    Row {"pdf"sv, "application/pdf"sv},
    Row {"png"sv, "image/png"sv},
    Row {"ppt"sv, "application/vnd.ms-powerpoint"sv},
    Row {"pptx"sv, "application/vnd.openxmlformats-officedocument.presentationml.presentation"sv},
    Row {"ps"sv, "application/postscript"sv},
    Row {"py"sv, "text/plain"sv},
    Row {"rar"sv, "application/vnd.rar"sv},
    Row {"rss"sv, "application/rss+xml"sv},
    Row {"rtf"sv, "application/rtf"sv},
    Row {"sh"sv, "text/plain"sv},
    Row {"svg"sv, "image/svg+xml"sv},
    Row {"tar"sv, "application/x-tar"sv},
    Row {"tex"sv, "text/plain"sv},
    Row {"tif"sv, "image/tiff"sv},
    Row {"tiff"sv, "image/tiff"sv},
    Row {"toml"sv, "application/toml"sv},
    Row {"ts"sv, "video/mp2t"sv},
    Row {"tsv"sv, "text/tab-separated-values"sv},
    Row {"ttf"sv, "font/ttf"sv},
    Row {"txt"sv, "text/plain"sv},
    Row {"vcf"sv, "text/vcard"sv},
    Row {"vtt"sv, "text/vtt"sv},
    Row {"wasm"sv, "application/wasm"sv},
    Row {"wav"sv, "audio/wav"sv},
    Row {"weba"sv, "audio/webm"sv},
    Row {"webm"sv, "video/webm"sv},
    Row {"webmanifest"sv, "application/manifest+json"sv},
    Row {"webp"sv, "image/webp"sv},
    Row {"woff"sv, "font/woff"sv},
    Row {"woff2"sv, "font/woff2"sv},
    Row {"xhtml"sv, "application/xhtml+xml"sv},
    Row {"xls"sv, "application/vnd.ms-excel"sv},
    Row {"xlsx"sv, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"sv},
    Row {"xml"sv, "application/xml"sv},
    Row {"xz"sv, "application/x-xz"sv},
    Row {"yaml"sv, "application/yaml"sv},
    Row {"yml"sv, "application/yaml"sv},
    Row {"zip"sv, "application/zip"sv},
    Row {"zst"sv, "application/zstd"sv},
};
static_assert(std::ranges::is_sorted(rows, {}, &Row::extension));

constexpr auto unknownType = "application/octet-stream"sv;

/// Without a character at its end that the sample may have cut in two.
QByteArrayView wholeCharacters(QByteArrayView sample)
{
    const auto isContinuation
        = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; };
    auto begin = sample.size();
    while (begin > 0 && sample.size() - begin < 3 && isContinuation(sample[begin - 1]))
        --begin;
    if (begin > 0 && static_cast<unsigned char>(sample[begin - 1]) >= 0xc0)
        return sample.first(begin - 1);
    return sample;
}

bool namesCharset(QByteArrayView html)
{
    return html.toByteArray().toLower().contains("charset=");
}

} // namespace

QByteArrayView mediaType(QByteArrayView fileName)
{
    const auto dot = fileName.lastIndexOf('.');
    if (dot < 0)
        return unknownType;
    const QByteArray extension = fileName.sliced(dot + 1).toByteArray().toLower();
    const std::string_view key(extension.constData(), std::size_t(extension.size()));
    const auto *const found = std::ranges::lower_bound(rows, key, {}, &Row::extension);
    return found != rows.end() && found->extension == key ? found->type : unknownType;
}

bool isText(QByteArrayView mediaType)
{
    return mediaType.startsWith("text/");
}

QByteArray contentType(QByteArrayView fileName, QByteArrayView beginning)
{
    const auto type = mediaType(fileName);
    const auto sample = beginning.first(std::min(beginning.size(), contentSampleBytes));
    const bool complete = sample.size() < contentSampleBytes;
    if (!isText(type) || !(complete ? sample : wholeCharacters(sample)).isValidUtf8()
        || (type == "text/html" && namesCharset(sample)))
        return type.toByteArray();
    return type.toByteArray() + "; charset=utf-8";
}

} // namespace kite::http
