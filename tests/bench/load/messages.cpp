#include "tests/bench/load/messages.h"

#include <charconv>

#include <strings.h>

namespace kite::bench {

namespace {

std::string headLines(std::string_view method, std::string_view host, std::string_view path)
{
    std::string text(method);
    text.append(" ").append(path).append(" HTTP/1.1\r\nHost: ").append(host).append("\r\n");
    return text;
}

} // namespace

std::string getRequest(std::string_view host, std::string_view path, After after)
{
    return headLines("GET", host, path)
        + (after == After::Close ? "Connection: close\r\n\r\n" : "\r\n");
}

std::string uploadHead(std::string_view host, std::string_view path, std::int64_t bytes)
{
    return headLines("POST", host, path) + "Content-Length: " + std::to_string(bytes) + "\r\n\r\n";
}

bool HeadReader::take(std::string_view part)
{
    m_text.append(part);
    const std::size_t blank = m_text.find("\r\n\r\n");
    if (blank == std::string::npos)
        return false;
    m_end = blank + 4;
    return true;
}

std::optional<std::int64_t> HeadReader::contentLength() const
{
    constexpr std::string_view name = "content-length:";
    const std::string_view text = head();
    for (std::size_t at = text.find('\n'); at != text.npos; at = text.find('\n', at + 1)) {
        std::string_view line = text.substr(at + 1);
        if (line.size() < name.size() || ::strncasecmp(line.data(), name.data(), name.size()) != 0)
            continue;
        line.remove_prefix(name.size());
        line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
        std::int64_t length = 0;
        if (std::from_chars(line.data(), line.data() + line.size(), length).ec != std::errc())
            return {};
        return length;
    }
    return {};
}

void HeadReader::clear()
{
    m_text.clear();
    m_end = 0;
}

} // namespace kite::bench
