#pragma once

#include "kitecore/net/streams.h"
#include "tests/support/testca.h"

namespace kite::test {

/// How a handshake ended for one side.
struct Outcome
{
    int told = 0;
    net::TlsError error = net::TlsError::None;
    QString detail;

    net::TlsDone listener()
    {
        return [this](net::TlsError how, const QString &why) {
            ++told;
            error = how;
            detail = why;
        };
    }
};

template <typename T>
T valueOf(Result<T, tls::ContextFailure> result)
{
    if (!result)
        qFatal("no context: %s", qPrintable(result.error().detail));
    return std::move(result).value();
}

/// What a server that proves to be `relay.test` and a client that asks for that have before they
/// meet.
struct TlsContexts
{
    TestCa ca;
    QString pem; ///< the server's certificate and key
    tls::Context server;
    tls::Context client;

    TlsContexts()
    {
        pem = ca.issue("DNS:relay.test");
        server = valueOf(tls::serverContext(pem));
        tls::RelayTrust trust;
        trust.authorityFile = ca.authorityFile();
        trust.names = {"relay.test"};
        client = valueOf(tls::clientContext(trust));
    }
};

} // namespace kite::test
