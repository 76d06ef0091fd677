#include "kitecore/relay/settings.h"

namespace kite::relay {

namespace {

/// Names in lower case, as they are compared.
RelayOptions normalised(RelayOptions options)
{
    options.tlsDefault = options.tlsDefault.toLower();
    for (auto &own : options.tlsNames)
        own.name = own.name.toLower();
    return options;
}

} // namespace

Result<std::shared_ptr<Settings>, RelayFailure> readSettings(RelayOptions options,
                                                             const tls::ServerNames &before)
{
    auto made = std::make_shared<Settings>();
    made->options = normalised(std::move(options));
    auto names = tls::ServerNames::load(made->options.tlsNames, before);
    if (!names)
        return Err {RelayFailure {RelayError::Certificate, names.error().detail}};
    made->names = std::move(names).value();
    const auto &preferred = made->options.tlsDefault;
    if (!preferred.isEmpty() && !made->names.find(preferred)) {
        const auto detail = QStringLiteral("no certificate for the default name %1")
                                .arg(QString::fromLatin1(preferred));
        return Err {RelayFailure {RelayError::Certificate, detail}};
    }
    return made;
}

} // namespace kite::relay
