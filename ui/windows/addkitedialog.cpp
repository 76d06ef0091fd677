#include "ui/windows/addkitedialog.h"

#include <algorithm>

#include <QComboBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSignalBlocker>

#include "ui/text/faulttext.h"
#include "ui/windows/formparts.h"

namespace kite::ui {

QString portText(const ListeningPort &port)
{
    const QString number = QString::number(port.port);
    return port.program.isEmpty() ? number : number + QStringLiteral("  ") + port.program;
}

AddKiteDialog::AddKiteDialog(QWidget *parent)
    : NewKiteDialog(tr("Share"), parent)
    , m_port(new QComboBox(this))
    , m_host(new QLineEdit(this))
    , m_protocol(new QComboBox(this))
    , m_portFault(faultLabel(this))
    , m_hostFault(faultLabel(this))
{
    setWindowTitle(tr("Share a local port"));
    m_port->setEditable(true);
    m_port->setInsertPolicy(QComboBox::NoInsert);
    m_port->setObjectName(QStringLiteral("port"));
    m_port->setAccessibleName(tr("Port"));
    m_port->lineEdit()->setPlaceholderText(tr("For example 8000"));
    m_host->setText(QStringLiteral("localhost"));
    m_host->setObjectName(QStringLiteral("host"));
    m_host->setAccessibleName(tr("Computer"));
    form().addRow(tr("&Port"), m_port);
    form().addRow(QString(), m_portFault);
    form().addRow(tr("&Computer"), m_host);
    form().addRow(QString(), m_hostFault);
    m_protocol->setObjectName(QStringLiteral("protocol"));
    m_protocol->setAccessibleName(tr("Kind"));
    m_protocol->addItem(tr("Web site (http)"), QStringLiteral("http"));
    m_protocol->addItem(tr("Web site with its own certificate (https)"), QStringLiteral("https"));
    m_protocol->addItem(tr("Anything else, such as SSH (raw)"), QStringLiteral("raw"));
    form().addRow(tr("&Kind"), m_protocol);
    addTargetRows();
    m_port->setFocus();
    connect(m_port, &QComboBox::editTextChanged, this, &AddKiteDialog::retarget);
    connect(m_host, &QLineEdit::textEdited, this, &AddKiteDialog::retarget);
    connect(m_protocol, &QComboBox::currentIndexChanged, this, &AddKiteDialog::retarget);
}

void AddKiteDialog::setPorts(const QList<ListeningPort> &ports)
{
    const QString typed = m_port->currentText();
    {
        const QSignalBlocker quiet(m_port);
        m_port->clear();
        for (const ListeningPort &port : ports)
            m_port->addItem(portText(port), port.port);
        if (!typed.isEmpty() || ports.isEmpty())
            m_port->setEditText(typed);
    }
    retarget();
}

void AddKiteDialog::setPort(quint16 port)
{
    const int at = m_port->findData(port);
    if (at >= 0)
        m_port->setCurrentIndex(at);
    else
        m_port->setEditText(QString::number(port));
    retarget();
}

void AddKiteDialog::describe(settings::Kite &kite) const
{
    // "5173  node" is what a chosen one looks like
    const QString number = m_port->currentText().trimmed().section(QLatin1Char(' '), 0, 0);
    kite.target = {.kind = settings::Target::Kind::Port,
                   .endpoint = {m_host->text().trimmed().toLower(), number.toUShort()},
                   .paths = {}};
    kite.protocol = m_protocol->currentData().toString();
    if (kite.protocol == QLatin1String("raw"))
        kite.publicPort = kite.target.endpoint.port;
}

void AddKiteDialog::showFaults(const QList<settings::Finding> &found)
{
    const auto show = [&found](QLabel &label, settings::Field field) {
        const auto mine = std::ranges::find(found, field, &settings::Finding::field);
        showFault(label, mine == found.end() ? QString() : faultText(*mine));
    };
    show(*m_portFault, settings::Field::Port);
    show(*m_hostFault, settings::Field::Target);
}

} // namespace kite::ui
