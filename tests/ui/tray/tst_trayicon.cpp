#include <QImage>
#include <QPainter>
#include <QTest>

#include "ui/tray/trayicon.h"

using kite::ui::Activity;
using kite::ui::trayPicture;
using kite::ui::trayState;
using kite::ui::TrayState;

namespace {

constexpr std::array everyState {TrayState::Down, TrayState::Connecting, TrayState::Flying,
                                 TrayState::Traffic};

/// How an icon stands on a panel, in shades of grey.
QImage onPanel(TrayState state, bool dark, const QColor &panel)
{
    QImage image(22, 22, QImage::Format_RGB32);
    image.fill(panel);
    QPainter painter(&image);
    trayPicture(state, dark).paint(&painter, image.rect());
    painter.end();
    return image.convertToFormat(QImage::Format_Grayscale8);
}

/// Pixels that clearly stand out.
int visible(const QImage &image, const QColor &panel)
{
    int count = 0;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x)
            count += std::abs(qGray(image.pixel(x, y)) - qGray(panel.rgb())) > 60 ? 1 : 0;
    }
    return count;
}

} // namespace

class TestTrayIcon : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void states_data()
    {
        QTest::addColumn<Activity>("activity");
        QTest::addColumn<TrayState>("state");
        // flying, connecting, down, paused, visitors, rate
        QTest::newRow("nothing") << Activity {0, 0, 0, 0, 0, {}} << TrayState::Down;
        QTest::newRow("all paused") << Activity {0, 0, 0, 2, 0, {}} << TrayState::Down;
        QTest::newRow("refused") << Activity {0, 0, 1, 0, 0, {}} << TrayState::Down;
        QTest::newRow("on the way") << Activity {0, 1, 1, 0, 0, {}} << TrayState::Connecting;
        QTest::newRow("flying") << Activity {1, 0, 0, 0, 0, {}} << TrayState::Flying;
        QTest::newRow("one flies, one is on the way")
            << Activity {1, 1, 0, 0, 0, {}} << TrayState::Flying;
        QTest::newRow("visitors who read") << Activity {1, 0, 0, 0, 3, {}} << TrayState::Flying;
        QTest::newRow("bytes out")
            << Activity {1, 0, 0, 0, 1, {.in = 0, .out = 1}} << TrayState::Traffic;
        QTest::newRow("bytes in") << Activity {1, 0, 0, 0, 1, {.in = 1, .out = 0}}
                                  << TrayState::Traffic;
    }

    void states()
    {
        QFETCH(Activity, activity);
        QFETCH(TrayState, state);
        QCOMPARE(trayState(activity), state);
    }

    void toldApartWithoutColour_data()
    {
        QTest::addColumn<bool>("dark");
        QTest::addColumn<QColor>("panel");
        QTest::newRow("light panel") << false << QColor(0xf4, 0xf4, 0xf2);
        QTest::newRow("dark panel") << true << QColor(0x20, 0x20, 0x24);
    }

    void toldApartWithoutColour()
    {
        QFETCH(bool, dark);
        QFETCH(QColor, panel);
        for (const TrayState one : all) {
            const QImage first = onPanel(one, dark, panel);
            QVERIFY2(visible(first, panel) > 30, "too faint");
            for (const TrayState other : all) {
                if (one == other)
                    continue;
                const QImage second = onPanel(other, dark, panel);
                int different = 0;
                for (int y = 0; y < first.height(); ++y) {
                    for (int x = 0; x < first.width(); ++x)
                        different
                            += std::abs(qGray(first.pixel(x, y)) - qGray(second.pixel(x, y))) > 60
                            ? 1
                            : 0;
                }
                QVERIFY2(different >= 12, "too much alike");
            }
        }
    }

    /// Nobody tells the program how light the panel is: a wrong guess must still show.
    void aWrongGuessStillShows()
    {
        for (const TrayState state : all) {
            const QColor light(0xf4, 0xf4, 0xf2);
            const QColor dark(0x20, 0x20, 0x24);
            QVERIFY(visible(onPanel(state, true, light), light) > 12);
            QVERIFY(visible(onPanel(state, false, dark), dark) > 12);
        }
    }

private:
    static constexpr auto all = everyState;
};

QTEST_MAIN(TestTrayIcon)

#include "tst_trayicon.moc"
