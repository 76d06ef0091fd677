#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Just as much of HTTP/1.1 as the load tool and its servers speak.
namespace kite::bench {

/// What is said about the connection after this request.
enum class After { KeepOpen, Close };

std::string getRequest(std::string_view host, std::string_view path, After after);
/// The head of an upload of that many bytes.
std::string uploadHead(std::string_view host, std::string_view path, std::int64_t bytes);

/// The head of a message that comes in parts.
class HeadReader
{
public:
    static constexpr std::size_t largest = 16 * 1024; ///< bytes of a head, and of what came with it

    /// What has come. True when the head is whole.
    bool take(std::string_view part);
    /// A larger head than we want to read.
    bool isTooLarge() const { return m_text.size() > largest && m_end == 0; }

    std::string_view head() const { return std::string_view(m_text).substr(0, m_end); }
    /// Body bytes that came along with the head.
    std::int64_t early() const { return static_cast<std::int64_t>(m_text.size() - m_end); }
    /// Of the body; nothing where the head does not tell.
    std::optional<std::int64_t> contentLength() const;
    /// An answer with status 200.
    bool isOk() const { return head().substr(0, 13).ends_with(" 200 "); }
    void clear();

private:
    std::string m_text;
    std::size_t m_end = 0;
};

} // namespace kite::bench
