#pragma once

#include <QList>

#include "kitecore/settings/kiteconfig.h"

namespace kite::settings {

/// Which field of a dialog, an option or a file a fault is about.
enum class Field {
    RelayHost,
    RelayDomain,
    Fingerprint,
    Authority,
    Name,
    Relay,
    Protocol,
    Port,
    Target
};

enum class Fault {
    Empty,         ///< Something must be there.
    BadHost,       ///< Not a host name or address.
    BadPort,       ///< 0, or a port for a protocol that takes none.
    BadName,       ///< Not a domain: letters, digits, hyphens and dots.
    NotALabel,     ///< On this computer a name is one word without dots.
    OutsideDomain, ///< The relay serves other names.
    NameTaken,     ///< Another kite has it there.
    NoSuchRelay,   ///< The relay is not among the relays.
    NeedsRelay,    ///< Raw kites are out of reach on this computer alone.
    BadProtocol,   ///< None of http, https, websocket, raw.
    BadPrint,      ///< A fingerprint is 64 hex digits.
    NotAbsolute,   ///< A path must not depend on where a program was started.
    Missing,       ///< Nothing is at that path, or it may not be read.
    Clash,         ///< Two paths of the same name would stand in one listing.
};

struct Finding
{
    Field field;
    Fault fault;
    bool operator==(const Finding &) const = default;
};

/// What is wrong with a relay; empty: nothing.
QList<Finding> faultsOf(const Relay &relay);

/// What is wrong with a kite among all the others (itself, by id, not counted). Looks at the disk.
QList<Finding> faultsOf(const Kite &kite, const Settings &settings);

} // namespace kite::settings
