#pragma once

#include <QByteArray>
#include <QList>
#include <QStringList>

#include "kitecore/base/kiteid.h"
#include "kitecore/base/result.h"
#include "kitecore/settings/kiteconfig.h"

/// Kites as PageKite's users write them, in options, rc files and on the command line
/// (PROTOCOL.md, "Kite specifications").
namespace kite::settings {

/// Why words are no kite.
enum class SpecError {
    Empty,         ///< There is no name.
    TooManyFields, ///< More than protocol:name:host:port:secret.
    TooManyWords,  ///< More than an origin and a name.
    BadName,       ///< The name could not be a host name.
    BadProtocol,   ///< Empty, or characters no protocol name has.
    BadPort,       ///< Not in 1..65535.
    BadOrigin,     ///< The host to connect to could not be one.
    BuiltIn,       ///< Port `builtin`, and no `webpath` names a folder for it.
    BadFlag,       ///< `+flag` with a colon, or nothing behind the plus.
    StrayFlag,     ///< `+flag` before any kite.
};
struct SpecFailure
{
    SpecError error;
    QString text; ///< the field or word; never the secret
};

/// `+key=value` behind a kite; `+key` is `true`, `+nokey` is `false`.
struct KiteFlag
{
    QString key;
    QString value;
    bool operator==(const KiteFlag &) const = default;
};

struct KiteSpec
{
    KiteId id;
    Target target;     ///< A port of 0 is one that nobody named (`raw` without a port); a share
                       ///< without paths is `builtin`, whose paths other options name.
    QByteArray secret; ///< empty: none given
    QList<KiteFlag> flags;
    bool operator==(const KiteSpec &) const = default;
};

/// What `@kitename` and `@kitesecret` stand for.
struct SpecDefaults
{
    QString kiteName;
    QByteArray kiteSecret;
};

/// The explicit form, `protocol[,protocol...][-port]:name:host:port:secret`, or less of it: 4
/// fields leave the secret out, 3 are `protocol:name:port`, 2 `name:port` or `protocol:name`, 1
/// `name`. An IPv6 origin stands in brackets. One kite for each protocol.
Result<QList<KiteSpec>, SpecFailure> parseServiceSpec(QStringView spec,
                                                      const SpecDefaults &defaults);

/// The friendly form: `[origin] name [+flag...] [AND [origin] name [+flag...]]...`.
/// An origin is a port, `host:port`, a protocol, `protocol:host:port`, `protocol://host[:port]/`,
/// or else one or more paths, which are taken as they are. A name is `name`, `name:port` or
/// `protocol://name[:port]`.
Result<QList<KiteSpec>, SpecFailure> parseFriendlyWords(const QStringList &words);

} // namespace kite::settings
