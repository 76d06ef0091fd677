#include "ui/widgets/svgicon.h"

#include <QFile>
#include <QGuiApplication>
#include <QIconEngine>
#include <QPainter>
#include <QPalette>
#include <QSvgRenderer>

namespace kite::ui {

namespace {

class InkEngine final : public QIconEngine
{
public:
    explicit InkEngine(QString name) : m_name(std::move(name)) {}

    QIconEngine *clone() const override { return new InkEngine(m_name); }

    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State) override
    {
        const QPalette palette = QGuiApplication::palette();
        const auto group = mode == QIcon::Disabled ? QPalette::Disabled : QPalette::Active;
        const auto role
            = mode == QIcon::Selected ? QPalette::HighlightedText : QPalette::WindowText;
        const QColor ink = palette.color(group, role);
        paintPicture(*painter, picture(m_name, ink, palette.color(QPalette::Window)), rect);
    }

    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State state) override
    {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect(QPoint(0, 0), size), mode, state);
        return pixmap;
    }

private:
    QString m_name;
};

} // namespace

QByteArray picture(const QString &name, const QColor &ink, const QColor &halo)
{
    QFile file(QStringLiteral(":/kiteline/icons/%1.svg").arg(name));
    if (!file.open(QIODevice::ReadOnly)) {
        Q_ASSERT_X(false, "picture", qPrintable(name));
        return {};
    }
    QByteArray svg = file.readAll();
    svg.replace(pictureInk, "@ink").replace(pictureHalo, halo.name().toLatin1());
    return svg.replace("@ink", ink.name().toLatin1());
}

void paintPicture(QPainter &painter, const QByteArray &svg, const QRectF &box)
{
    QSvgRenderer renderer(svg);
    renderer.setAspectRatioMode(Qt::KeepAspectRatio);
    renderer.render(&painter, box);
}

QIcon inkIcon(const QString &name)
{
    return QIcon(new InkEngine(name)); // QIcon owns it
}

QIcon applicationIcon()
{
    const QByteArray svg = picture(QStringLiteral("kiteline"), Qt::black, Qt::white);
    QIcon icon;
    for (const int side : {16, 22, 24, 32, 48, 64, 128, 256}) {
        QPixmap pixmap(side, side);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paintPicture(painter, svg, pixmap.rect());
        icon.addPixmap(pixmap);
    }
    return icon;
}

} // namespace kite::ui
