#pragma once

#include <fcntl.h>
#include <sys/stat.h>

#include "kitecore/share/sharetarget.h"
#include "tests/support/sharedfolder.h"

namespace kite::test {

inline const QByteArray alphabet = "abcdefghijklmnopqrstuvwxyz";
/// 2023-11-14T22:13:20Z, when FakeClock begins.
constexpr qint64 now = 1'700'000'000;

/// A folder with something of each kind that visitors ask for.
class Site : public SharedFolder
{
public:
    Site()
    {
        write("letters.txt", alphabet);
        write("empty.bin", "");
        write("page/index.html", "<p>page</p>");
        write("folder/inner.txt", "inner");
        write(".hidden", "hidden");
        write("data", QByteArray(200'000, 'd'));
        setTime("letters.txt", now - 1000);
    }

    void setTime(const QByteArray &name, qint64 seconds) const
    {
        const timespec times[2] {{seconds, 0}, {seconds, 0}};
        ::utimensat(AT_FDCWD, file(name).constData(), times, 0);
    }
};

/// A share of these paths, which can be shared.
inline std::shared_ptr<share::ShareTarget> sharing(const QStringList &paths,
                                                   share::ShareOptions options = {},
                                                   std::shared_ptr<stats::Meter> meter = {})
{
    auto target = share::ShareTarget::open(paths, options, std::move(meter));
    if (!target)
        qFatal("cannot share %s", qPrintable(target.error().path));
    return *target;
}

/// @param headers whole lines.
inline QByteArray request(const QByteArray &line, const QByteArray &headers = {})
{
    return line + " HTTP/1.1\r\nHost: kite.example\r\n" + headers + "\r\n";
}

} // namespace kite::test
