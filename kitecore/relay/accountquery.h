#pragma once

#include <QByteArray>
#include <QHostAddress>
#include <QList>

#include "kitecore/relay/accountanswer.h"
#include "kitecore/wire/greeting.h"

/// The language of account services (PROTOCOL.md, accounts). Pure.
namespace kite::relay {

/// The name whose address tells: `bsalt.fsalt.signature.protoport.domain.suffix.`
/// @param dnsSuffix may be empty.
QByteArray accountQuery(const wire::KiteRequest &request, QByteArrayView dnsSuffix);

/// Reads a DNS answer. @param canonicalName where the asked name is a CNAME to; else empty.
AccountAnswer answerOfAddresses(const QList<QHostAddress> &addresses, QByteArrayView canonicalName);

/// Reads a program's answer to `--zk-auth`: a DNS answer as JSON.
AccountAnswer answerOfZkAuth(const QByteArray &json);

/// Reads a program's answer to `--auth`: the account, with its secret.
AccountAnswer answerOfAuth(const QByteArray &json);

/// Whose suffix fits best: the longest `kiteDomain` that `domain` lies below, else a general one.
/// @return null if nobody is to be asked.
const AccountSource *sourceFor(const QByteArray &domain, const QList<AccountSource> &sources);

} // namespace kite::relay
