#include "ui/widgets/appearance.h"

namespace kite::ui {

namespace {

QColor mixed(const QColor &a, const QColor &b, float part)
{
    const auto mix = [part](float x, float y) { return x + (y - x) * part; };
    return QColor::fromRgbF(mix(a.redF(), b.redF()), mix(a.greenF(), b.greenF()),
                            mix(a.blueF(), b.blueF()));
}

} // namespace

bool isDark(const QPalette &palette)
{
    return palette.color(QPalette::Window).lightnessF()
        < palette.color(QPalette::WindowText).lightnessF();
}

QColor stateColor(stats::KiteState state, const QPalette &palette)
{
    const bool dark = isDark(palette);
    switch (state) {
    case stats::KiteState::Flying:
        return dark ? QColor(0x51, 0xcf, 0x66) : QColor(0x2b, 0x8a, 0x3e);
    case stats::KiteState::Connecting:
        return dark ? QColor(0xff, 0xc0, 0x78) : QColor(0xb3, 0x5c, 0x00);
    case stats::KiteState::Refused:
        return dark ? QColor(0xff, 0x87, 0x87) : QColor(0xc9, 0x2a, 0x2a);
    case stats::KiteState::Paused:
        return dimText(palette);
    }
    Q_UNREACHABLE();
    return {};
}

QColor outColor(const QPalette &palette)
{
    return isDark(palette) ? QColor(0x74, 0xc0, 0xfc) : QColor(0x19, 0x71, 0xc2);
}

QColor inColor(const QPalette &palette)
{
    return isDark(palette) ? QColor(0xff, 0xa9, 0x4d) : QColor(0xc2, 0x4e, 0x00);
}

QColor dimText(const QPalette &palette)
{
    return mixed(palette.color(QPalette::WindowText), palette.color(QPalette::Window), 0.32F);
}

QColor hairline(const QPalette &palette)
{
    return mixed(palette.color(QPalette::WindowText), palette.color(QPalette::Window), 0.82F);
}

} // namespace kite::ui
