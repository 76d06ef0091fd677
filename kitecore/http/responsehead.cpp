#include "kitecore/http/responsehead.h"

#include <algorithm>

#include "kitecore/http/fieldsyntax.h"
#include "kitecore/http/statustext.h"

namespace kite::http {

ResponseHead::ResponseHead(int status, QByteArrayView reason)
{
    Q_ASSERT(status >= 100 && status <= 999);
    m_head.reserve(512); // one allocation for nearly every head
    m_head.append("HTTP/1.1 ").append(QByteArray::number(status)).append(' ');
    m_head.append(reason.isEmpty() ? statusText(status) : reason).append("\r\n");
}

ResponseHead &ResponseHead::add(QByteArrayView name, QByteArrayView value)
{
    Q_ASSERT(isToken(name));
    m_head.append(name).append(": ");
    const auto begin = m_head.size();
    m_head.append(value);
    std::replace_if(m_head.begin() + begin, m_head.end(), isControl, ' ');
    m_head.append("\r\n");
    return *this;
}

ResponseHead &ResponseHead::add(QByteArrayView name, quint64 value)
{
    return add(name, QByteArray::number(value));
}

QByteArray ResponseHead::take()
{
    return std::move(m_head.append("\r\n"));
}

} // namespace kite::http
