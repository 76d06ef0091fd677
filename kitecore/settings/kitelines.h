#pragma once

#include <optional>

#include <QByteArrayList>

#include "kitecore/settings/kitespec.h"

/// The lines of rc files that belong to kites, as text (PROTOCOL.md, "Configuration file").
namespace kite::settings {

/// An option's name as it is looked for: `_` for `-`.
QString optionName(QStringView name);

/// Whether a line of this name holds a kite that is switched on, or off.
bool switchesOn(QStringView name);
bool switchesOff(QStringView name);
/// What the same kite's line is called when it is switched.
QByteArray switchedName(QStringView name);
/// A line with another option's name; dashes and blanks before it and all behind it stay.
QByteArray withName(const QByteArray &text, const QByteArray &name);

/// The words for protocols in the value of a kite's line; empty where there are none.
QByteArrayList protocolsOf(const QByteArray &text);
/// A line `name = a,b:rest` with other protocols in it.
QByteArray withProtocols(const QByteArray &text, const QByteArrayList &protocols);

/// `host:port`, or `localhost:builtin` for a share.
QString originOf(const Target &target);
/// `service_on  = http:NAME : localhost:80 : SECRET`
QByteArray kiteLine(const KiteSpec &kite, const QString &name, const QByteArray &secret);
/// The secret in a kite's line, byte for byte, for that may be no UTF-8; empty where there is none.
QByteArray secretOf(const QByteArray &text);
/// `service_cfg = KEY : FLAG : VALUE`
QByteArray flagLine(const KiteId &id, const KiteFlag &flag);
/// `webpath = KEY:URL:default:PATH` for each; in URL, `%` and `:` are percent-encoded.
QByteArrayList pathLines(const KiteId &id, const QStringList &paths);

/// pagekite.py's `True` and `False` as our flags say it.
QString truthOf(const QString &value);
/// Whether the value of a `service_cfg` or `webpath` line is about this kite, and all others of its
/// name and port.
bool isAbout(const QString &value, const KiteId &id);
/// The flag in the value of a `service_cfg` line; none where there is none.
std::optional<KiteFlag> flagOf(const QString &value);
/// A password or addresses: several of them add up.
bool protects(const KiteFlag &flag);
/// Whether flags behind a kite's name take the place of one that it has: a password and addresses
/// stay unless others are named.
bool replaces(const QList<KiteFlag> &flags, const KiteFlag &old);

/// `domain/port`, the key of a kite's `service_cfg` and `webpath`; port 80 where the kite has none.
QString configKey(const KiteId &id);

} // namespace kite::settings
