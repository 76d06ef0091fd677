// A kite that comes out of anybody's words could stand on the wire, and failures never repeat more
// than the name. Files of options never hold blanks around their marks.
#include <cstdint>

#include "kitecore/settings/kitespec.h"
#include "kitecore/settings/rcfile.h"
#include "tests/fuzz/require.h"

using namespace kite::settings;

namespace {

enum class Form { Explicit, Friendly };

void checkKites(const QList<KiteSpec> &kites, Form form)
{
    require(!kites.isEmpty());
    for (const KiteSpec &kite : kites) {
        const auto again = kite::KiteId::parse(kite.id.toByteArray());
        require(again && *again == kite.id);
        if (kite.target.kind == Target::Kind::Port)
            require(!kite.target.endpoint.host.isEmpty() && kite.target.paths.isEmpty());
        else // `builtin` has its paths elsewhere
            require(kite.target.paths.isEmpty() == (form == Form::Explicit));
        for (const KiteFlag &flag : kite.flags)
            require(!flag.key.contains(QLatin1Char(':')));
    }
}

void checkLines(const QString &text)
{
    for (const RcLine &line : parseRc(text, QStringLiteral("rc"))) {
        require(line.line > 0 && !line.name.contains(QLatin1Char('=')));
        for (const auto *mark : {": ", " :", "= ", " ="})
            require(!line.value.contains(QLatin1String(mark)));
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QString text = QString::fromUtf8(reinterpret_cast<const char *>(data), qsizetype(size));
    if (const auto kites = parseServiceSpec(text, {QStringLiteral("a.test"), "s3cret"}))
        checkKites(*kites, Form::Explicit);
    if (const auto kites = parseFriendlyWords(text.split(QLatin1Char(' '), Qt::SkipEmptyParts)))
        checkKites(*kites, Form::Friendly);
    checkLines(text);
    return 0;
}
