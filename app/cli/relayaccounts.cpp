#include "app/cli/relayaccounts.h"

#include <QDir>
#include <QFileInfo>
#include <QHostAddress>
#include <QLockFile>
#include <QSslCertificate>

#include "app/cli/diskfiles.h"
#include "app/cli/relayaddress.h"
#include "kitecore/base/kiteid.h"
#include "kitecore/settings/accountsfile.h"
#include "kitecore/settings/invitation.h"
#include "kitecore/tls/context.h"

#ifdef Q_OS_UNIX
#include <unistd.h>
#endif

namespace kite::cli {

namespace {

using settings::AccountsFile;

constexpr std::chrono::seconds lockPatience {10};

Err<UsageError> wrong(const QString &sentence)
{
    return Err {UsageError {sentence}};
}

/// Whether root started us: after `--runas` files are where they were.
bool isRoot()
{
#ifdef Q_OS_UNIX
    static const bool asRoot = ::geteuid() == 0;
    return asRoot;
#else
    return false;
#endif
}

Result<QByteArray, QString> readFrom(DiskFiles &files, const QString &file)
{
    if (isPipe(file))
        return Err {QStringLiteral("it is a pipe")};
    return files.read(file);
}

/// Reads, changes and writes a file while nobody else of us does.
/// @param change gives what to print, or what is wrong; then nothing is written.
template <typename Change>
Result<QString, UsageError> edit(const QString &file, Change change)
{
    if (!ensureFolderOf(file))
        return wrong(QStringLiteral("The folder of %1 cannot be made.").arg(file));
    QLockFile lock(file + QStringLiteral(".lock"));
    if (!lock.tryLock(int(std::chrono::milliseconds(lockPatience).count())))
        return wrong(QStringLiteral("%1 is being changed by somebody else.").arg(file));
    DiskFiles files({});
    QByteArray before;
    if (QFileInfo::exists(file)) {
        const auto bytes = readFrom(files, file);
        if (!bytes)
            return wrong(QStringLiteral("%1 cannot be read: %2.").arg(file, bytes.error()));
        before = *bytes;
    }
    AccountsFile accounts(before);
    auto told = change(accounts);
    if (!told)
        return told;
    if (const auto written = writePrivately(file, accounts.toByteArray(), {}); !written)
        return wrong(QStringLiteral("%1 cannot be written: %2.").arg(file, written.error()));
    return told;
}

/// Whether nobody but itself vouches for a certificate; ours, which may sign nothing, too.
bool isSelfSigned(const QSslCertificate &certificate)
{
    return certificate.isSelfSigned()
        || certificate.issuerInfo(QSslCertificate::CommonName)
        == certificate.subjectInfo(QSslCertificate::CommonName);
}

/// What connectors need to know of the certificate. Empty: one that an authority signed.
Result<QByteArray, UsageError> pinFor(const QString &pemFile)
{
    const auto certificates = QSslCertificate::fromPath(pemFile);
    if (!certificates.isEmpty() && !isSelfSigned(certificates.first()))
        return QByteArray();
    const auto digest = tls::fingerprint(pemFile);
    if (!digest)
        return wrong(
            QStringLiteral("A certificate cannot be used: %1.").arg(digest.error().detail));
    return *digest;
}

/// What the options say of it, and no more.
RelayAddress saidAddress(const Options &options)
{
    auto relay = options.relay;
    for (const auto &name : certificateNames(options.relayPem))
        relay.tlsNames.append({name, options.relayPem});
    auto said = relayAddress(options.publicRelay, relay, relay.ports);
    if (!options.relayPem.isEmpty())
        said.pemFile = options.relayPem;
    else if (said.pemFile.isEmpty() && !relay.tlsNames.isEmpty())
        said.pemFile = relay.tlsNames.first().pemFile;
    return said;
}

/// How the invited reach the relay of these accounts: as the options say, else as it says itself.
/// @param own its certificate where nobody gave it one.
Result<RelayAddress, UsageError> addressFor(const QString &file, const QString &own,
                                            const Options &options)
{
    const auto kept = keptRelayAddress(file);
    if (!kept)
        return wrong(
            QStringLiteral("%1 cannot be read: %2.").arg(relayAddressFile(file), kept.error()));
    auto address = saidAddress(options);
    if (address.relay.host.isEmpty())
        address.relay.host = kept->relay.host;
    if (address.relay.host.isEmpty())
        return wrong(QStringLiteral("How do others reach the relay of %1? Start it with "
                                    "--public=HOST[:PORT], or say that here as well.")
                         .arg(file));
    const bool isNameless = kept->relay.host.isEmpty();
    const bool isKept
        = kept->relay.port != 0 && (isNameless || address.relay.host == kept->relay.host);
    if (isKept && isNameless && address.pemFile.isEmpty()
        && QHostAddress(address.relay.host).isNull())
        return wrong(QStringLiteral("The relay of %1 does not know that it is %2: start it with "
                                    "--public=%2.")
                         .arg(file, address.relay.host));
    if (isKept && options.publicRelay.port == 0 && !options.portsGiven)
        address.relay.port = kept->relay.port;
    if (address.relay.port == 0)
        return wrong(QStringLiteral("How is this relay reached? Say --public=HOST:PORT."));
    if (address.pemFile.isEmpty())
        address.pemFile = isKept ? kept->pemFile : own;
    if (address.pemFile.isEmpty())
        return wrong(QStringLiteral("The relay of %1 has no certificate for %2, and invitations "
                                    "need TLS: start it with --tls=PEM or --tls_endpoint=%2:PEM.")
                         .arg(file, address.relay.host));
    return address;
}

Result<QString, UsageError> invite(const QByteArray &name, const QString &file,
                                   const Options &options, const Surroundings &surroundings)
{
    const QString own = ownCertificateFile(options, surroundings);
    const auto address = addressFor(file, own, options);
    if (!address)
        return Err {address.error()};
    if (address->pemFile == own) {
        if (const auto made = ensureCertificate(own, address->relay.host.toUtf8()); !made)
            return wrong(QStringLiteral("%1 cannot be made: %2.").arg(own, made.error()));
    }
    const auto pin = pinFor(address->pemFile);
    if (!pin)
        return Err {pin.error()};
    return edit(file, [&](AccountsFile &accounts) -> Result<QString, UsageError> {
        if (accounts.has(name))
            return wrong(QStringLiteral("%1 has an account; kite relay revoke %1 takes it away.")
                             .arg(QString::fromUtf8(name)));
        const settings::Invitation made {address->relay, name, settings::newSecret(), *pin};
        accounts.add({{"*"}, name, made.secret});
        return made.toString() + QLatin1Char('\n');
    });
}

Result<QString, UsageError> revoke(const QByteArray &name, const QString &file)
{
    return edit(file, [&](AccountsFile &accounts) -> Result<QString, UsageError> {
        if (!accounts.remove(name))
            return wrong(
                QStringLiteral("%1 has no account in %2.").arg(QString::fromUtf8(name), file));
        return QString();
    });
}

Result<QString, UsageError> list(const QString &file)
{
    const auto read = readAccounts(file);
    if (!read)
        return wrong(QStringLiteral("%1 cannot be read: %2.").arg(file, read.error()));
    QString text;
    for (const auto &account : read->accounts)
        text += QStringLiteral("%1  %2\n")
                    .arg(QString::fromUtf8(account.domain),
                         QString::fromUtf8(account.protocols.join(',')));
    return text;
}

} // namespace

QString accountsFileOf(const Options &options, const Surroundings &surroundings)
{
    if (!options.accountsFile.isEmpty())
        return QDir(surroundings.workingFolder).absoluteFilePath(options.accountsFile);
    return (isRoot() ? QStringLiteral("/etc") : surroundings.homeFolder + QLatin1String("/.config"))
        + QLatin1String("/kiteline/accounts");
}

QString ownCertificateFile(const Options &options, const Surroundings &surroundings)
{
    return QFileInfo(accountsFileOf(options, surroundings)).absolutePath()
        + QLatin1String("/relay.pem");
}

Result<void, QString> ensureCertificate(const QString &pemFile, const QByteArray &name)
{
    if (!isMissing(pemFile))
        return {};
    if (!ensureFolderOf(pemFile))
        return Err {QStringLiteral("its folder cannot be made")};
    if (const auto made = tls::makeSelfSigned(pemFile, {name}); !made)
        return Err {made.error().detail};
    return {};
}

Result<ReadAccounts, QString> readAccounts(const QString &file)
{
    ReadAccounts read;
    if (isMissing(file))
        return read;
    DiskFiles files({});
    const auto bytes = readFrom(files, file);
    if (!bytes)
        return Err {bytes.error()};
    read.isWhole = bytes->isEmpty() || bytes->endsWith('\n');
    const AccountsFile accounts(*bytes);
    for (const auto &line : accounts.accounts())
        read.accounts.append({line.protocols, line.name, secrets::Secret(line.secret)});
    for (const int line : accounts.oddLines())
        read.warnings.append(
            QStringLiteral("%1:%2: this is not PROTOCOLS:NAME:SECRET.").arg(file).arg(line));
    if (!files.exposedFiles().isEmpty())
        read.warnings.append(
            QStringLiteral("%1 holds secrets and others can read it (chmod 600).").arg(file));
    return read;
}

Result<QString, UsageError> workOnAccounts(const QStringList &words, const Options &options,
                                           const Surroundings &surroundings)
{
    const QString file = accountsFileOf(options, surroundings);
    const QString &what = words.first();
    const auto name = words.value(1).toLower().toUtf8();
    if (what == u"list" && words.size() == 1)
        return list(file);
    if ((what == u"invite" || what == u"revoke") && words.size() == 2) {
        if (!isDomain(name))
            return wrong(QStringLiteral("'%1' is no name for kites.").arg(words[1]));
        return what == u"invite" ? invite(name, file, options, surroundings) : revoke(name, file);
    }
    return wrong(QStringLiteral("kite relay takes options, or invite NAME, revoke NAME, list; "
                                "what is '%1'?")
                     .arg(words.join(QLatin1Char(' '))));
}

} // namespace kite::cli
