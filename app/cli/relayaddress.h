#pragma once

#include <QByteArrayList>

#include "app/cli/options.h"

namespace kite::cli {

/// How connectors reach a relay. It keeps this beside its accounts, for `kite relay invite`: no
/// secrets are in it.
struct RelayAddress
{
    Endpoint relay;  ///< host empty: nobody said; port 0: the same
    QString pemFile; ///< whose certificate it shows there; empty: none
    bool operator==(const RelayAddress &) const = default;
};

/// @param said `--public`. Without a host it is the first name of the relay's certificates; without
/// a port 443 if the relay listens there, else the first of its ports.
/// @param ports that it listens on
RelayAddress relayAddress(const Endpoint &said, const relay::RelayOptions &options,
                          const QList<quint16> &ports);

/// The names that the first certificate of a file is for. Empty: it is none, or cannot be read.
QByteArrayList certificateNames(const QString &pemFile);

/// `FILE.relay` beside the accounts in FILE.
QString relayAddressFile(const QString &accountsFile);

/// What a relay kept there; nothing, if it never did. @return the system's reason, or that nobody
/// can make sense of it.
Result<RelayAddress, QString> keptRelayAddress(const QString &accountsFile);

/// Keeps it, in one step, for the owner alone. @return the system's reason.
Result<void, QString> keepRelayAddress(const QString &accountsFile, const RelayAddress &address);

} // namespace kite::cli
