#pragma once

#include "ui/models/listeningports.h"
#include "ui/windows/newkitedialog.h"

class QComboBox;
class QLineEdit;

namespace kite::ui {

/// Shares what already listens on a port: a development server, SSH, a device in the network.
class AddKiteDialog final : public NewKiteDialog
{
    Q_OBJECT

public:
    explicit AddKiteDialog(QWidget *parent = nullptr);

    /// What was found listening; the user may enter any other.
    void setPorts(const QList<ListeningPort> &ports);
    void setPort(quint16 port);

protected:
    void describe(settings::Kite &kite) const override;
    void showFaults(const QList<settings::Finding> &found) override;

private:
    QComboBox *m_port;
    QLineEdit *m_host;
    QComboBox *m_protocol;
    QLabel *m_portFault;
    QLabel *m_hostFault;
};

/// `5173 node`, `8000`: how a port stands in a list.
QString portText(const ListeningPort &port);

} // namespace kite::ui
