#include "kitecore/http/headlines.h"

#include <algorithm>

#include "kitecore/http/fieldsyntax.h"

namespace kite::http {

namespace {

bool isHostChar(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'
        || c == '.' || c == '_' || c == '~';
}

bool isAddressChar(char c)
{
    return (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || (c >= '0' && c <= '9') || c == ':'
        || c == '.';
}

} // namespace

Result<RequestLine, HeadError> readRequestLine(QByteArrayView line)
{
    const auto first = line.indexOf(' ');
    const auto last = line.lastIndexOf(' ');
    if (first < 0 || first == last)
        return Err {HeadError::BadRequestLine};
    const auto version = line.sliced(last + 1);
    const RequestLine read {line.first(first), line.sliced(first + 1, last - first - 1),
                            version == "HTTP/1.0" ? 0 : 1};
    if (read.method.size() > maxMethodBytes || !isToken(read.method) || read.target.isEmpty()
        || !isGraphic(read.target))
        return Err {HeadError::BadRequestLine};
    if (version != "HTTP/1.1" && version != "HTTP/1.0")
        return Err {HeadError::BadVersion};
    return read;
}

Result<FieldLine, HeadError> readFieldLine(QByteArrayView line)
{
    const auto colon = line.indexOf(':');
    if (colon < 0 || !isToken(line.first(colon)))
        return Err {HeadError::BadHeader};
    const auto value = trimBlanks(line.sliced(colon + 1));
    if (hasControl(value))
        return Err {HeadError::BadHeader};
    return FieldLine {line.first(colon), value};
}

bool isHostField(QByteArrayView value)
{
    if (value.isEmpty())
        return true;
    QByteArrayView host = value;
    QByteArrayView rest;
    const bool bracketed = value.startsWith('[');
    if (const auto end = value.indexOf(bracketed ? ']' : ':'); end >= 0) {
        host = value.first(bracketed ? end + 1 : end);
        rest = value.sliced(host.size());
    }
    if (bracketed) {
        if (!host.endsWith(']') || host.size() < 4)
            return false;
        host = host.sliced(1, host.size() - 2);
    }
    const bool port = rest.isEmpty()
        || (rest.startsWith(':') && rest.size() <= 6
            && (rest.size() == 1 || isDigits(rest.sliced(1))));
    return port && !host.isEmpty() && host.size() <= maxHostBytes
        && std::ranges::all_of(host, bracketed ? isAddressChar : isHostChar);
}

QByteArrayView hostOf(QByteArrayView field)
{
    if (field.startsWith('['))
        return field.sliced(1).first(std::max<qsizetype>(0, field.sliced(1).indexOf(']')));
    if (const auto colon = field.indexOf(':'); colon >= 0)
        field.truncate(colon);
    if (field.endsWith('.'))
        field.chop(1);
    return field;
}

} // namespace kite::http
