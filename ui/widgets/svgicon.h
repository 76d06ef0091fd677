#pragma once

#include <QColor>
#include <QIcon>
#include <QString>

class QByteArray;
class QPainter;
class QRectF;

namespace kite::ui {

/// The ink all of our one-colour pictures are drawn with, and the halo that keeps them readable on
/// a background of the wrong lightness.
inline constexpr auto pictureInk = "#232629";
inline constexpr auto pictureHalo = "#fcfcfc";

/// The bytes of `resources/icons/NAME.svg` with ink and halo replaced.
QByteArray picture(const QString &name, const QColor &ink, const QColor &halo);

/// Draws SVG bytes into `box`.
void paintPicture(QPainter &painter, const QByteArray &svg, const QRectF &box);

/// An icon in the text colour of the palette of the moment: follows dark mode, disabled and
/// selected states, and any size and scale.
QIcon inkIcon(const QString &name);

/// The application's icon, in its own colours.
QIcon applicationIcon();

} // namespace kite::ui
