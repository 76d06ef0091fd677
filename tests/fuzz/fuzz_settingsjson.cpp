// Settings that are read mean the same when they were written and are read again.
#include <cstdint>
#include <cstdlib>

#include <QJsonDocument>

#include "kitecore/settings/settingsjson.h"

using namespace kite::settings;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArray bytes(reinterpret_cast<const char *>(data), qsizetype(size));
    const auto document = QJsonDocument::fromJson(bytes);
    const auto settings = settingsFromJson(document.object());
    if (!settings)
        return 0;
    const auto again = settingsFromJson(withSettings({}, *settings));
    if (!again || withSettings({}, *again) != withSettings({}, *settings))
        std::abort();
    if (!settingsFromJson(withSettings(document.object(), *settings)))
        std::abort();
    return 0;
}
