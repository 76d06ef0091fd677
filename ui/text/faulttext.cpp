#include "ui/text/faulttext.h"

#include <QCoreApplication>

namespace kite::ui {

namespace {

struct Faults
{
    Q_DECLARE_TR_FUNCTIONS(Faults)
};

QString emptyText(settings::Field field)
{
    using Field = settings::Field;
    switch (field) {
    case Field::RelayHost:
        return Faults::tr("Enter the relay's host name.");
    case Field::RelayDomain:
    case Field::Name:
        return Faults::tr("Enter a name.");
    case Field::Target:
        return Faults::tr("Choose what to share.");
    case Field::Relay:
        return Faults::tr("Choose a relay.");
    case Field::Protocol:
    case Field::Port:
    case Field::Fingerprint:
    case Field::Authority:
        break;
    }
    return Faults::tr("Something is missing here.");
}

} // namespace

QString faultText(const settings::Finding &finding)
{
    using Fault = settings::Fault;
    switch (finding.fault) {
    case Fault::Empty:
        return emptyText(finding.field);
    case Fault::BadHost:
        return Faults::tr("This is not a host name. Enter it like relay.example.net, without "
                          "http://.");
    case Fault::BadPort:
        return Faults::tr("Enter a port from 1 to 65535.");
    case Fault::BadName:
        return Faults::tr("A name has letters, digits, hyphens and dots: demo.example.net.");
    case Fault::NotALabel:
        return Faults::tr("On this computer a name is one word of letters, digits and hyphens.");
    case Fault::OutsideDomain:
        return Faults::tr("This relay serves other names.");
    case Fault::NameTaken:
        return Faults::tr("You already have a kite of that name there.");
    case Fault::NoSuchRelay:
        return Faults::tr("This relay is no longer in your list.");
    case Fault::NeedsRelay:
        return Faults::tr("On this computer alone only web sites fly. Choose a relay for this.");
    case Fault::BadProtocol:
        return Faults::tr("Choose http, https, websocket or raw.");
    case Fault::BadPrint:
        return Faults::tr("A fingerprint is 64 digits from 0 to f.");
    case Fault::NotAbsolute:
        return Faults::tr("Enter the whole path, from the top.");
    case Fault::Missing:
        return finding.field == settings::Field::Authority
            ? Faults::tr("There is no such file, or it cannot be read.")
            : Faults::tr("There is nothing at this path, or it cannot be read.");
    case Fault::Clash:
        return Faults::tr("Two of these have the same name. Share them one by one.");
    }
    Q_UNREACHABLE();
    return {};
}

QString faultText(settings::InvitationFault fault)
{
    using Fault = settings::InvitationFault;
    switch (fault) {
    case Fault::NotALink:
        return Faults::tr("This is no invitation. An invitation begins with kite://.");
    case Fault::TooLong:
        return Faults::tr("This is too long for an invitation. Paste nothing but the link.");
    case Fault::BadRelay:
        return Faults::tr("This link does not say where its relay is. Ask for a new one.");
    case Fault::BadName:
        return Faults::tr("This link does not say which name your kite gets. Copy all of it, or "
                          "ask for a new one.");
    case Fault::NoSecret:
        return Faults::tr("The end of this link is missing: # and the secret. Copy all of it.");
    case Fault::BadSecret:
        return Faults::tr("The secret in this link is damaged. Copy the link again, or ask for a "
                          "new one.");
    case Fault::BadPin:
        return Faults::tr("The fingerprint in this link is damaged. Copy the link again, or ask "
                          "for a new one.");
    }
    Q_UNREACHABLE();
    return {};
}

} // namespace kite::ui
