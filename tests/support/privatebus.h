#pragma once

#include <QDBusConnection>
#include <QDeadlineTimer>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>

namespace kite::test {

/// A D-Bus daemon of the test's own, on which nothing runs that the test does not bring.
class PrivateBus
{
public:
    PrivateBus()
    {
        QFile rules(m_folder.filePath(QStringLiteral("bus.conf")));
        if (!rules.open(QIODevice::WriteOnly))
            return;
        rules.write(QStringLiteral("<busconfig><listen>unix:path=%1/bus</listen>"
                                   "<auth>EXTERNAL</auth><policy context=\"default\">"
                                   "<allow send_destination=\"*\" eavesdrop=\"true\"/>"
                                   "<allow eavesdrop=\"true\"/><allow own=\"*\"/>"
                                   "</policy></busconfig>")
                        .arg(m_folder.path())
                        .toUtf8());
        rules.close();
        m_daemon.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_daemon.start(QStringLiteral("dbus-daemon"),
                       {QStringLiteral("--config-file=") + rules.fileName(),
                        QStringLiteral("--nofork"), QStringLiteral("--nopidfile"),
                        QStringLiteral("--nosyslog"), QStringLiteral("--print-address")});
        const QDeadlineTimer late(60'000);
        while (!m_daemon.canReadLine() && !late.hasExpired()) {
            if (!m_daemon.waitForReadyRead(int(late.remainingTime())))
                return;
        }
        m_address = m_daemon.readLine().trimmed();
    }

    ~PrivateBus()
    {
        m_daemon.terminate();
        m_daemon.waitForFinished();
    }

    /// Empty: it did not come up.
    QByteArray address() const { return m_address; }

    /// Somebody on the bus. @param called another one for each
    QDBusConnection join(const QString &called) const
    {
        return QDBusConnection::connectToBus(QString::fromUtf8(m_address), called);
    }

private:
    QTemporaryDir m_folder;
    QProcess m_daemon;
    QByteArray m_address;
};

} // namespace kite::test
