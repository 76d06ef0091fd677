#include "kitecore/share/posixerrors.h"

#include <cerrno>

namespace kite::share {

OpenError toOpenError(int error)
{
    switch (error) {
    case EACCES:
    case EPERM:
        return OpenError::Denied;
    case EMFILE:
    case ENFILE:
    case ENOMEM:
        return OpenError::Busy;
    case EIO:
    case ESTALE:
    case ETIMEDOUT:
        return OpenError::Broken;
    default: // not there, leads out, loops, too long a name, a socket, a pipe
        return OpenError::Missing;
    }
}

} // namespace kite::share
