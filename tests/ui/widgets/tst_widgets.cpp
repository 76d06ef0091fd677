#include <QImage>
#include <QPainter>
#include <QSignalSpy>
#include <QTest>

#include "kitecore/secrets/secret.h"
#include "tests/support/formhands.h"
#include "ui/widgets/addressrow.h"
#include "ui/widgets/appearance.h"
#include "ui/widgets/elidedlabel.h"
#include "ui/widgets/notebar.h"
#include "ui/widgets/qrview.h"
#include "ui/widgets/secretfield.h"
#include "ui/widgets/statelamp.h"
#include "ui/widgets/svgicon.h"
#include "ui/widgets/switchbutton.h"

using namespace kite::ui;
using kite::secrets::Secret;
using kite::stats::KiteState;
using kite::test::part;
using kite::test::press;

namespace {

QPalette lightPalette()
{
    return QPalette(Qt::black, QColor(0xef, 0xef, 0xef), Qt::white, Qt::darkGray, Qt::gray,
                    Qt::black, Qt::white);
}

QPalette darkPalette()
{
    QPalette dark;
    dark.setColor(QPalette::Window, QColor(42, 46, 50));
    dark.setColor(QPalette::WindowText, QColor(252, 252, 252));
    return dark;
}

/// Web Content Accessibility Guidelines 2.1, relative luminance and contrast ratio.
double luminance(const QColor &color)
{
    const auto linear = [](double part) {
        return part <= 0.03928 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF())
        + 0.0722 * linear(color.blueF());
}

double contrast(const QColor &a, const QColor &b)
{
    const auto [dark, light] = std::minmax({luminance(a), luminance(b)});
    return (light + 0.05) / (dark + 0.05);
}

} // namespace

class TestWidgets : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void coloursCanBeRead_data()
    {
        QTest::addColumn<QPalette>("palette");
        QTest::newRow("light") << lightPalette();
        QTest::newRow("dark") << darkPalette();
    }

    void coloursCanBeRead()
    {
        QFETCH(QPalette, palette);
        const QColor window = palette.color(QPalette::Window);
        for (const KiteState state : {KiteState::Flying, KiteState::Connecting, KiteState::Paused})
            QVERIFY(contrast(stateColor(state, palette), window) >= 3);
        QVERIFY(contrast(outColor(palette), window) >= 3);
        QVERIFY(contrast(inColor(palette), window) >= 3);
        QVERIFY(contrast(dimText(palette), window) >= 4.5);                        // text
        QVERIFY(contrast(stateColor(KiteState::Refused, palette), window) >= 4.5); // faults
    }

    void darkIsTold()
    {
        QVERIFY(!isDark(lightPalette()));
        QVERIFY(isDark(darkPalette()));
    }

    void lampsDifferWithoutColour()
    {
        QList<QImage> seen;
        for (const KiteState state :
             {KiteState::Flying, KiteState::Connecting, KiteState::Paused, KiteState::Refused}) {
            QImage lamp(28, 28, QImage::Format_ARGB32);
            lamp.fill(Qt::white);
            QPainter painter(&lamp);
            paintLamp(painter, lamp.rect(), state, Qt::black);
            painter.end();
            QVERIFY(!seen.contains(lamp));
            seen << lamp;
        }
        StateLamp lamp;
        const QString before = lamp.accessibleName();
        lamp.setState(KiteState::Flying);
        QVERIFY(!lamp.accessibleName().isEmpty());
        QVERIFY(lamp.accessibleName() != before);
    }

    void secretsAreTrimmedAndKeepTheirLetters_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QByteArray>("secret");
        QTest::newRow("empty") << QString() << QByteArray();
        QTest::newRow("plain") << QStringLiteral("s3cret") << QByteArray("s3cret");
        QTest::newRow("pasted with blanks") << QStringLiteral("  s3cret ") << QByteArray("s3cret");
        QTest::newRow("a blank inside")
            << QStringLiteral("not a secret") << QByteArray("not a secret");
        QTest::newRow("beyond ASCII") << QString::fromUtf8("gehäuse") << QByteArray("gehäuse");
    }

    void secretsAreTrimmedAndKeepTheirLetters()
    {
        QFETCH(QString, typed);
        QFETCH(QByteArray, secret);
        SecretField field;
        field.setText(typed);
        QCOMPARE(field.secret(), Secret(secret));
    }

    void anAddressThatIsNotThereYet()
    {
        AddressRow row;
        row.setAddress({}, QStringLiteral("in a moment"));
        for (const char *name : {"copy", "open", "qr"})
            QVERIFY(!part<QWidget>(row, name).isEnabled());
        QCOMPARE(part<QLineEdit>(row, "address").text(), QStringLiteral("in a moment"));
        QCOMPARE(row.address(), QString());
    }

    void anAddressIsHandedOn()
    {
        AddressRow row;
        const QString address = QStringLiteral("https://demo.example.net/");
        row.setAddress(address);
        QSignalSpy copied(&row, &AddressRow::copyWanted);
        QSignalSpy opened(&row, &AddressRow::openWanted);
        QSignalSpy shown(&row, &AddressRow::qrWanted);
        press(row, "copy");
        press(row, "open");
        press(row, "qr");
        for (const QSignalSpy *spy : {&copied, &opened, &shown})
            QCOMPARE(spy->value(0).value(0).toString(), address);
    }

    void aNoteIsThereWhileItHasWords()
    {
        NoteBar note;
        QVERIFY(note.isHidden());
        note.say(NoteBar::Weight::Warning, QStringLiteral("<b>The relay</b> is gone."));
        QVERIFY(!note.isHidden());
        QCOMPARE(note.text(), QStringLiteral("<b>The relay</b> is gone."));
        QCOMPARE(part<QLabel>(note, "note").textFormat(), Qt::PlainText);
        note.clear();
        QVERIFY(note.isHidden());
    }

    void aLongNameDoesNotWidenTheWindow()
    {
        ElidedLabel label;
        label.setText(QString(500, QLatin1Char('m')));
        QCOMPARE(label.minimumSizeHint().width(), 0);
        label.resize(80, 20);
        label.grab();
    }

    void theSwitchFollowsKeyboardAndDirection()
    {
        SwitchButton button;
        button.resize(button.sizeHint());
        QSignalSpy clicked(&button, &SwitchButton::clicked);
        QTest::keyClick(&button, Qt::Key_Space);
        QVERIFY(button.isChecked());
        QCOMPARE(clicked.size(), 1);
        const QImage toTheRight = button.grab().toImage();
        button.setLayoutDirection(Qt::RightToLeft);
        QVERIFY(button.grab().toImage() != toTheRight);
    }

    void codes_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("fits");
        QTest::newRow("empty") << QString() << false;
        QTest::newRow("an address") << QStringLiteral("http://holiday.localhost:7777/") << true;
        QTest::newRow("a long one") << QString(2000, QLatin1Char('x')) << true;
        QTest::newRow("too long") << QString(3000, QLatin1Char('x')) << false;
    }

    void codes()
    {
        QFETCH(QString, text);
        QFETCH(bool, fits);
        const QrSquare square = qrSquare(text);
        QCOMPARE(square.side > 0, fits);
        QCOMPARE(square.dark.size(), square.side * square.side);
        QrView view;
        view.setText(text);
        view.resize(view.sizeHint());
        view.grab();
        if (!fits)
            return;
        for (int at = 0; at < 7; ++at) { // the finder's edge, ISO/IEC 18004, 6.3.3
            QVERIFY(square.at(at, 0) && square.at(0, at));
            QVERIFY(square.at(square.side - 1 - at, 0) && square.at(0, square.side - 1 - at));
        }
    }

    /// Dark modules on a light ground also where windows are dark, with a light margin.
    void codesAreDarkOnLight()
    {
        QrView view;
        view.setPalette(darkPalette());
        view.setText(QStringLiteral("http://holiday.localhost:7777/"));
        view.resize(300, 300);
        const QImage seen = view.grab().toImage();
        QHash<QRgb, int> count;
        for (int y = 40; y < 260; ++y) {
            for (int x = 40; x < 260; ++x)
                ++count[seen.pixel(x, y)];
        }
        QCOMPARE(count.size(), 2);
        QVERIFY(count.value(QColor(Qt::black).rgb()) > 0);
        QVERIFY(count.value(QColor(Qt::white).rgb()) > 0);
    }

    void picturesTakeTheirInk()
    {
        const QByteArray red = picture(QStringLiteral("folder"), Qt::red, Qt::blue);
        QVERIFY(red.contains("#ff0000"));
        QVERIFY(!red.contains(pictureInk));
        // one becomes the other, and neither is replaced twice
        const QByteArray swapped
            = picture(QStringLiteral("tray-flying"), QColor(QLatin1String(pictureHalo)),
                      QColor(QLatin1String(pictureInk)));
        QVERIFY(swapped.contains(pictureInk));
        QVERIFY(swapped.contains(pictureHalo));
    }
};

QTEST_MAIN(TestWidgets)

#include "tst_widgets.moc"
