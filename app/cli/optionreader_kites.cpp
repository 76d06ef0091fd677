#include "app/cli/optionreader.h"

#include <algorithm>

#include "app/cli/sentences.h"
#include "kitecore/settings/kitelines.h"

namespace kite::cli {

QByteArray OptionReader::defaultSecret() const
{
    if (!m_options.secretOfLine.isEmpty())
        return m_options.secretOfLine;
    if (!m_environmentSecret.isEmpty())
        return m_environmentSecret.reveal().toByteArray();
    return m_options.secretOfFile;
}

OptionReader::Outcome OptionReader::kiteName(const QString &value)
{
    if (!isDomain(value.toUtf8()))
        return bad(QStringLiteral("this is no name for a kite."));
    m_options.kiteName = value;
    return {};
}

OptionReader::Outcome OptionReader::kiteSecret(const QString &value)
{
    (fromFile() ? m_options.secretOfFile : m_options.secretOfLine) = value.toUtf8();
    return {};
}

OptionReader::Outcome OptionReader::secretFile(const QString &path)
{
    const auto bytes = m_files.read(path);
    if (!bytes)
        return bad(QStringLiteral("%1 cannot be read: %2.").arg(path, bytes.error()));
    const auto end = bytes->indexOf('\n');
    const auto line = (end < 0 ? *bytes : bytes->first(end)).trimmed();
    if (line.isEmpty())
        return bad(QStringLiteral("the first line of %1 is empty.").arg(path));
    m_options.secretOfLine = line;
    return {};
}

OptionReader::Outcome OptionReader::declare(const QString &spec, bool on)
{
    const auto kites = settings::parseServiceSpec(spec, {m_options.kiteName, defaultSecret()});
    if (!kites)
        return bad(sentenceFor(kites.error()));
    for (const auto &kite : *kites) {
        const bool twice = std::ranges::any_of(
            m_options.kites, [&](const DeclaredKite &other) { return other.spec.id == kite.id; });
        if (twice)
            return bad(
                QStringLiteral("%1 is there twice.").arg(QString::fromUtf8(kite.id.toByteArray())));
        m_options.kites.append({kite, on, fromFile()});
        if (m_options.kiteName.isEmpty())
            m_options.kiteName = QString::fromUtf8(kite.id.domain);
    }
    return {};
}

OptionReader::Outcome OptionReader::serviceCfg(const QString &value)
{
    const auto fields = value.split(QLatin1Char(':'));
    const auto place = fields.first().split(QLatin1Char('/'));
    const auto port = readPort(place.value(1));
    if (fields.size() < 3 || place.size() != 2 || !port)
        return bad(QStringLiteral("this is not NAME/PORT:KEY:VALUE."));
    m_options.kiteSettings.append(
        {place[0].toLower().toUtf8(),
         *port,
         {fields[1], settings::truthOf(QStringList(fields.sliced(2)).join(QLatin1Char(':')))},
         fromFile()});
    return {};
}

OptionReader::Outcome OptionReader::webPath(const QString &value)
{
    const auto fields = value.split(QLatin1Char(':'));
    const auto place = fields.first().split(QLatin1Char('/'));
    const auto port = readPort(place.value(1));
    if (fields.size() < 4 || place.size() != 2 || !port)
        return bad(QStringLiteral("this is not NAME/PORT:PATH:POLICY:FILE."));
    const QString file = QStringList(fields.sliced(3)).join(QLatin1Char(':'));
    m_options.webPaths.append({place[0].toLower().toUtf8(), *port, fields[1], file});
    return {};
}

// --- configuration files ---

OptionReader::Outcome OptionReader::edit(settings::KiteEdit what)
{
    if (fromFile())
        return bad(QStringLiteral("this has no place in a file."));
    if (m_options.fileWork.edit && m_options.fileWork.edit != what)
        return bad(QStringLiteral("one of --add, --disable, --remove, --only at a time."));
    m_options.fileWork.edit = what;
    return {};
}

OptionReader::Outcome OptionReader::list(const QString &)
{
    if (fromFile())
        return bad(QStringLiteral("this has no place in a file."));
    m_options.fileWork.list = true;
    return {};
}

OptionReader::Outcome OptionReader::save(const QString &)
{
    if (fromFile())
        return bad(QStringLiteral("this has no place in a file."));
    m_options.fileWork.save = true;
    return {};
}

OptionReader::Outcome OptionReader::saveFile(const QString &path)
{
    m_options.fileWork.saveFile = path;
    return {};
}

} // namespace kite::cli
