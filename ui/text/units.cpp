#include "ui/text/units.h"

#include <QCoreApplication>
#include <QLocale>

namespace kite::ui {

namespace {

struct Units
{
    Q_DECLARE_TR_FUNCTIONS(Units)
};

/// tr() counts with int.
int countable(qint64 number)
{
    return int(std::min<qint64>(number, std::numeric_limits<int>::max()));
}

} // namespace

QString bytesText(qint64 bytes)
{
    return QLocale().formattedDataSize(bytes, bytes < 1000 ? 0 : 1, QLocale::DataSizeSIFormat);
}

QString rateText(qint64 bytesPerSecond)
{
    //: A rate: bytes each second
    return Units::tr("%1/s").arg(bytesText(bytesPerSecond));
}

QString visitorsText(qint64 visitors)
{
    return Units::tr("%n visitor(s)", "", countable(visitors));
}

QString kitesText(qint64 kites)
{
    return Units::tr("%n kite(s)", "", countable(kites));
}

QString filesText(qint64 files)
{
    return Units::tr("%n file(s)", "", countable(files));
}

QString ageText(std::chrono::seconds age)
{
    using namespace std::chrono;
    if (age < 1s)
        return Units::tr("now");
    if (age < 1min)
        return Units::tr("%n s ago", "seconds", int(age.count()));
    if (age < 1h)
        return Units::tr("%n min ago", "minutes", int(duration_cast<minutes>(age).count()));
    if (age < 48h)
        return Units::tr("%n h ago", "hours", int(duration_cast<hours>(age).count()));
    return Units::tr("%n day(s) ago", "", int(duration_cast<hours>(age).count() / 24));
}

} // namespace kite::ui
