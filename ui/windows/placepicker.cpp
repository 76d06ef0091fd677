#include "ui/windows/placepicker.h"

#include <algorithm>

#include <QComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSignalBlocker>

#include "kitecore/settings/kitename.h"
#include "ui/text/faulttext.h"
#include "ui/text/kitetext.h"
#include "ui/windows/formparts.h"

namespace kite::ui {

PlacePicker::PlacePicker(QFormLayout &form, QWidget *parent)
    : QObject(parent)
    , m_name(new QLineEdit(parent))
    , m_suffix(new QLabel(parent))
    , m_fault(faultLabel(parent))
    , m_place(new QComboBox(parent))
{
    m_name->setObjectName(QStringLiteral("name"));
    m_name->setAccessibleName(tr("Name"));
    m_place->setObjectName(QStringLiteral("place"));
    m_place->setAccessibleName(tr("Where"));
    m_place->setMinimumContentsLength(16);
    m_place->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    auto *name = new QWidget(parent);
    name->setLayoutDirection(Qt::LeftToRight); // as domains are read everywhere
    auto *row = new QHBoxLayout(name);
    row->setContentsMargins({});
    row->addWidget(m_name, 1);
    row->addWidget(m_suffix);
    form.addRow(tr("&Name"), name);
    qobject_cast<QLabel *>(form.labelForField(name))->setBuddy(m_name);
    form.addRow(QString(), m_fault);
    form.addRow(tr("W&here"), m_place);

    connect(m_name, &QLineEdit::textEdited, this, [this](const QString &text) {
        m_named = !text.isEmpty();
        Q_EMIT changed();
    });
    connect(m_place, &QComboBox::currentIndexChanged, this, [this] {
        propose();
        Q_EMIT changed();
    });
}

void PlacePicker::setSettings(const settings::Settings &settings)
{
    m_settings = settings;
    fillPlaces();
    propose();
}

void PlacePicker::fillPlaces()
{
    const QString before = m_place->currentData().toString();
    const QSignalBlocker quiet(m_place);
    m_place->clear();
    m_place->addItem(hereText(m_settings.preferences), QString());
    for (const settings::Relay &relay : std::as_const(m_settings.relays))
        m_place->addItem(relayText(relay), relay.id);
    m_place->setCurrentIndex(std::max(0, m_place->findData(before)));
}

void PlacePicker::chooseRelay(const QString &relayId)
{
    m_place->setCurrentIndex(std::max(0, m_place->findData(relayId)));
}

void PlacePicker::setTarget(const settings::Target &target)
{
    if (target == m_target)
        return;
    m_target = target;
    propose();
}

const settings::Relay *PlacePicker::relay() const
{
    const auto found = std::ranges::find(m_settings.relays, m_place->currentData().toString(),
                                         &settings::Relay::id);
    return found == m_settings.relays.end() ? nullptr : &*found;
}

/// What follows the typed part of the name: `.example.net` of a relay for all names below it.
QString PlacePicker::suffix() const
{
    const settings::Relay *at = relay();
    if (at == nullptr)
        return QStringLiteral(".localhost");
    return at->domain.startsWith(QLatin1String("*.")) ? at->domain.sliced(1) : QString();
}

void PlacePicker::propose()
{
    const settings::Relay *at = relay();
    const bool onlyOne = at != nullptr && !at->domain.isEmpty() && suffix().isEmpty();
    m_suffix->setText(suffix());
    m_suffix->setVisible(!suffix().isEmpty());
    m_name->setReadOnly(onlyOne);
    if (m_named && !onlyOne)
        return;
    m_named = false;
    QString name = settings::proposedName(m_target, at, m_settings);
    if (at != nullptr)
        name.chop(suffix().size());
    m_name->setText(name);
}

void PlacePicker::fill(settings::Kite &kite) const
{
    const settings::Relay *at = relay();
    kite.relayId = at == nullptr ? QString() : at->id;
    kite.name = m_name->text().trimmed().toLower();
    if (at != nullptr && !kite.name.isEmpty() && !kite.name.endsWith(suffix()))
        kite.name += suffix();
}

void PlacePicker::show(const QList<settings::Finding> &found)
{
    const auto about = [](const settings::Finding &finding) {
        return finding.field == settings::Field::Name || finding.field == settings::Field::Relay;
    };
    const auto first = std::ranges::find_if(found, about);
    showFault(*m_fault, first == found.end() ? QString() : faultText(*first));
}

QWidget *PlacePicker::lastField() const
{
    return m_place;
}

} // namespace kite::ui
