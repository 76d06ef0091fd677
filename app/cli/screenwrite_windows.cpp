#include "app/cli/screenwrite.h"

#include <io.h>

namespace kite::cli {

/// Windows can not tell whether a pipe would take more: it is waited for.
std::optional<qsizetype> writeWithoutWaiting(std::FILE *to, QByteArrayView bytes,
                                             std::chrono::milliseconds)
{
    const auto written = std::fwrite(bytes.data(), 1, size_t(bytes.size()), to);
    return std::fflush(to) == 0 && written > 0 ? std::optional(qsizetype(written)) : std::nullopt;
}

bool isTerminal(std::FILE *file)
{
    return ::_isatty(::_fileno(file)) != 0;
}

} // namespace kite::cli
