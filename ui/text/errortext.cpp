#include "ui/text/errortext.h"

#include <QCoreApplication>

namespace kite::ui {

namespace {

struct Errors
{
    Q_DECLARE_TR_FUNCTIONS(Errors)
};

} // namespace

QString stateText(stats::KiteState state)
{
    using State = stats::KiteState;
    switch (state) {
    case State::Paused:
        return Errors::tr("Paused");
    case State::Connecting:
        return Errors::tr("Connecting");
    case State::Flying:
        return Errors::tr("Flying");
    case State::Refused:
        return Errors::tr("Down");
    }
    Q_UNREACHABLE();
    return {};
}

QString downText(stats::DownReason reason, const QString &name)
{
    using Reason = stats::DownReason;
    switch (reason) {
    case Reason::None:
        return {};
    case Reason::Unreachable:
        return Errors::tr("The relay for %1 does not answer. Visitors see nothing until it does. "
                          "Kiteline keeps trying; check the network and the relay's host name.")
            .arg(name);
    case Reason::LinkLost:
        return Errors::tr("The connection to the relay broke. %1 is back as soon as the relay "
                          "answers; there is nothing you need to do.")
            .arg(name);
    case Reason::BadSecret:
        return Errors::tr("The relay did not accept the secret for %1. Visitors see an offline "
                          "page. Enter the secret again.")
            .arg(name);
    case Reason::UnknownKite:
        return Errors::tr("The relay does not know the name %1. Visitors see an offline page. "
                          "Check the name, or ask whoever runs the relay for it.")
            .arg(name);
    case Reason::NameTaken:
        return Errors::tr("Another computer is flying %1 right now. Visitors arrive there. Stop it "
                          "there, or choose another name here.")
            .arg(name);
    case Reason::NotServed:
        return Errors::tr("The relay does not carry this kind of kite or this port, so %1 cannot "
                          "be reached. Choose another relay for it.")
            .arg(name);
    case Reason::Quota:
        return Errors::tr("The relay says that the quota for %1 is used up. Visitors see an "
                          "offline page. Ask whoever runs the relay for more.")
            .arg(name);
    case Reason::Untrusted:
        return Errors::tr("The relay could not prove who it is, so Kiteline did not connect and "
                          "sent no secret. %1 is down. Check the relay's host name and its "
                          "certificate.")
            .arg(name);
    case Reason::NotARelay:
        return Errors::tr("What answered is not a relay, so %1 is down. Check the relay's host "
                          "name and port.")
            .arg(name);
    case Reason::PortTaken:
        return Errors::tr("Another program uses the port that Kiteline listens on, so %1 cannot be "
                          "reached. Choose another port in Settings, or end that program.")
            .arg(name);
    case Reason::NothingThere:
        return Errors::tr("What %1 shares is gone or cannot be read. Visitors see an error page. "
                          "Put it back, or stop this kite.")
            .arg(name);
    case Reason::NoSecret:
        return Errors::tr("The secret for %1 is not at hand, so the relay cannot be asked to fly "
                          "it. Unlock the keyring and try again, or enter the secret again.")
            .arg(name);
    }
    Q_UNREACHABLE();
    return {};
}

QString secretKeepText(secrets::SecretError error, const QString &relay)
{
    using Error = secrets::SecretError;
    switch (error) {
    case Error::NoKeychain:
        return Errors::tr("This computer has no keyring that answers. Kiteline keeps the secret "
                          "for %1 only until you quit, and writes it nowhere. After the next start "
                          "you enter it again.")
            .arg(relay);
    case Error::Denied:
        return Errors::tr("The keyring is locked and did not take the secret for %1. Kiteline "
                          "keeps it only until you quit. To store it, unlock the keyring and enter "
                          "the secret again.")
            .arg(relay);
    case Error::NotFound:
    case Error::Other:
        return Errors::tr("The keyring did not keep the secret for %1. Kiteline keeps it only "
                          "until you quit. To store it, check the keyring and enter the secret "
                          "again.")
            .arg(relay);
    }
    Q_UNREACHABLE();
    return {};
}

QString secretFindText(secrets::SecretError error, const QString &relay)
{
    using Error = secrets::SecretError;
    switch (error) {
    case Error::NotFound:
        return Errors::tr("The keyring does not show the secret for %1; most likely it is locked. "
                          "Its kites stay down. Unlock the keyring and try again, or enter the "
                          "secret again.")
            .arg(relay);
    case Error::Denied:
        return Errors::tr("The keyring did not hand out the secret for %1. Its kites stay down. "
                          "Allow it and try again, or enter the secret again.")
            .arg(relay);
    case Error::NoKeychain:
        return Errors::tr("The keyring does not answer, so the secret for %1 is not at hand. Its "
                          "kites stay down. Start the keyring and try again, or enter the secret "
                          "again.")
            .arg(relay);
    case Error::Other:
        return Errors::tr("The keyring could not read the secret for %1. Its kites stay down. Try "
                          "again, or enter the secret again.")
            .arg(relay);
    }
    Q_UNREACHABLE();
    return {};
}

QString secretForgetText(secrets::SecretError error, const QString &relay)
{
    using Error = secrets::SecretError;
    switch (error) {
    case Error::NotFound:
    case Error::Denied:
        return Errors::tr("The relay %1 is gone from Kiteline, but the keyring is locked and may "
                          "still hold its secret. Unlock the keyring and remove it there.")
            .arg(relay);
    case Error::NoKeychain:
    case Error::Other:
        return Errors::tr("The relay %1 is gone from Kiteline, but the keyring did not remove its "
                          "secret. Remove it there.")
            .arg(relay);
    }
    Q_UNREACHABLE();
    return {};
}

QString fileText(settings::FileError error, const QString &path)
{
    using Error = settings::FileError;
    switch (error) {
    case Error::Unreadable:
        return Errors::tr("The settings in %1 cannot be read. Kiteline starts without them and "
                          "leaves the file alone. Make it readable and start Kiteline again.")
            .arg(path);
    case Error::NotSettings:
        return Errors::tr("The settings in %1 are damaged. Kiteline starts without them; a copy is "
                          "kept beside them. Add your kites again.")
            .arg(path);
    case Error::TooNew:
        return Errors::tr("The settings in %1 were written by a newer Kiteline. This one starts "
                          "without them and leaves the file alone. Use the newer one.")
            .arg(path);
    case Error::TooLarge:
        return Errors::tr("The settings would be over 4 MiB, more than Kiteline reads again, so %1 "
                          "stays as it was. What you change is lost when you quit. Stop kites that "
                          "share very many files, and share folders instead.")
            .arg(path);
    case Error::Unwritable:
        return Errors::tr("The settings in %1 cannot be written. What you change is lost when you "
                          "quit. Make room on the disk and allow writing there.")
            .arg(path);
    }
    Q_UNREACHABLE();
    return {};
}

} // namespace kite::ui
