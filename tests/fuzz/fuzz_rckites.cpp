// Whatever stands in a file, a change of its kites does what it says, leaves every line that is not
// about kites as it is, and has nothing to do the second time.
// Input: a line `a|d|r|o WORDS`, then the file.
#include <cstdint>

#include "kitecore/settings/rckites.h"
#include "tests/fuzz/require.h"

using namespace kite;
using namespace kite::settings;

namespace {

class OneFile final : public RcFiles
{
public:
    explicit OneFile(QByteArray bytes) : m_bytes(std::move(bytes)) {}

    Result<QByteArray, QString> read(const QString &path) override
    {
        if (path != u"rc")
            return Err {QStringLiteral("gone")};
        return m_bytes;
    }
    bool exists(const QString &path) override { return path == u"rc"; }
    Result<QStringList, QString> rcFilesIn(const QString &) override
    {
        return Err {QStringLiteral("gone")};
    }

private:
    QByteArray m_bytes;
};

/// Lines that no change may touch.
QByteArrayList untouchable(const QByteArray &text)
{
    QByteArrayList lines;
    bool ended = false;
    for (const auto &line : text.split('\n')) {
        const auto options = parseRc(QString::fromUtf8(line), {});
        ended = ended || line.trimmed().startsWith("END");
        static const QStringList kites {
            QStringLiteral("service_on"),  QStringLiteral("service_off"),
            QStringLiteral("backend"),     QStringLiteral("define_backend"),
            QStringLiteral("service_cfg"), QStringLiteral("be_config"),
            QStringLiteral("webpath"),     QStringLiteral("kitename"),
            QStringLiteral("kitesecret")};
        const auto name = options.isEmpty() ? QString() : options.first().name;
        if (ended || !kites.contains(QString(name).replace(QLatin1Char('-'), QLatin1Char('_'))))
            lines.append(line);
    }
    for (auto &line : lines) { // a last line gets an end, of the kind the first one has
        while (line.endsWith('\r'))
            line.chop(1);
    }
    while (!lines.isEmpty() && lines.last().isEmpty())
        lines.removeLast();
    return lines;
}

struct Outcome
{
    bool done = false;
    QByteArray text;
    QList<RcKite> kites;
};

/// Nobody starts from a file that has a kite twice.
bool hasTwins(const QList<RcKite> &kites)
{
    QList<KiteId> ids;
    for (const RcKite &kite : kites) {
        if (ids.contains(kite.spec.id))
            return true;
        ids.append(kite.spec.id);
    }
    return false;
}

Outcome edit(const QByteArray &text, KiteEdit what, const QList<KiteWords> &words)
{
    OneFile file(text);
    RcTexts texts(file);
    const auto rc = QStringLiteral("rc");
    RcKites kites(texts, {{RcSource::Kind::File, rc}}, rc);
    if (hasTwins(kites.kites()))
        return {};
    const bool done = kites.edit(what, words, "s3cret").has_value();
    return {done, texts.document(rc).toByteArray(), kites.kites()};
}

KiteEdit editOf(char letter)
{
    switch (letter) {
    case 'd':
        return KiteEdit::Disable;
    case 'r':
        return KiteEdit::Remove;
    case 'o':
        return KiteEdit::Only;
    default:
        return KiteEdit::Add;
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArray input(reinterpret_cast<const char *>(data), qsizetype(size));
    const auto end = input.indexOf('\n');
    if (end < 2 || size > 4096)
        return 0;
    const auto what = editOf(input[0]);
    const QByteArray text = input.sliced(end + 1);
    const auto words = parseKiteWords(
        QString::fromUtf8(input.sliced(1, end - 1)).split(QLatin1Char(' '), Qt::SkipEmptyParts));
    if (!words)
        return 0;
    require(RcDocument(text).toByteArray() == text);
    const auto after = edit(text, what, *words);
    if (!after.done)
        return 0;
    require(untouchable(after.text) == untouchable(text));
    if (what != KiteEdit::Remove) {
        const auto again = edit(after.text, what, *words);
        require(again.done && again.text == after.text);
    }
    return 0;
}
