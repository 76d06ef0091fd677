#include "kitecore/http/probeanswer.h"

#include "kitecore/http/responsehead.h"

namespace kite::http {

namespace {

QByteArrayView word(ProbeStatus status)
{
    switch (status) {
    case ProbeStatus::Ok:
        return "OK";
    case ProbeStatus::ConnectorDown:
        return "Down-BE";
    case ProbeStatus::RelayDown:
        break;
    }
    return "Down-FE";
}

/// GIF89a of one colour. The pixels are LZW that never learns: clear, two pixels, clear, ...
QByteArray picture(ProbeStatus status)
{
    const QByteArray colour = QByteArray::fromHex(status == ProbeStatus::Ok ? "00a000" : "c00000");
    QByteArray data("04081020408000010204081020408000010204081020408000010204081020408000"
                    "0102040810204080000102040810204080000102040814");
    data = QByteArray::fromHex(data);
    return "GIF89a" + QByteArray::fromHex("0a000a00810000") + colour.repeated(4)
        + QByteArray::fromHex("2c000000000a000a000002") + char(data.size()) + data
        + QByteArray::fromHex("003b");
}

} // namespace

QByteArray probeAnswer(ProbeStatus status, ProbeFormat format)
{
    const bool json = format == ProbeFormat::Json;
    const QByteArray body = json
        ? R"({"pagekite-status": ")" + word(status).toByteArray().toLower() + "\"}\n"
        : picture(status);
    return ResponseHead(200)
               .add("X-PageKite-Status", word(status))
               .add("Access-Control-Allow-Origin", "*")
               .add("Content-Type", json ? "application/json" : "image/gif")
               .add("Content-Length", quint64(body.size()))
               .add("Cache-Control", "no-store")
               .add("X-Content-Type-Options", "nosniff")
               .add("Connection", "close")
               .take()
        + body;
}

} // namespace kite::http
