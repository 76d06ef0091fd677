#include "kitecore/settings/rckites.h"

#include <algorithm>
#include <functional>
#include <set>

#include <QFileInfo>

namespace kite::settings {

namespace {

constexpr auto nameMark = "@kitename";
constexpr auto secretMark = "@kitesecret";
constexpr quint16 usualPublicPort = 80;

QString canonical(QStringView name)
{
    return name.toString().replace(QLatin1Char('-'), QLatin1Char('_'));
}

bool isOn(QStringView name)
{
    return name == u"service_on" || name == u"backend";
}
bool isOff(QStringView name)
{
    return name == u"service_off" || name == u"define_backend";
}

/// What the same kite's line is called when it is switched.
QByteArray switchedName(QStringView name)
{
    if (name == u"backend")
        return "define_backend";
    if (name == u"define_backend")
        return "backend";
    return isOn(name) ? "service_off" : "service_on";
}

/// A line with another option's name; dashes and blanks before it and all behind it stay.
QByteArray renamed(const QByteArray &text, const QByteArray &name)
{
    const auto *const begin
        = std::ranges::find_if(text, [](char c) { return c != '-' && c != ' ' && c != '\t'; });
    const auto *const end
        = std::find_if(begin, text.end(), [](char c) { return c == '=' || c == ' ' || c == '\t'; });
    return QByteArray(text.begin(), begin - text.begin()) + name
        + QByteArray(end, text.end() - end);
}

/// A line `name = a,b:rest` with other protocols in it.
QByteArray withProtocols(const QByteArray &text, const QByteArrayList &protocols)
{
    const auto equals = text.indexOf('=');
    const auto colon = text.indexOf(':', equals);
    auto begin = equals + 1;
    while (begin < colon && (text[begin] == ' ' || text[begin] == '\t'))
        ++begin;
    return text.first(begin) + protocols.join(',') + text.sliced(colon);
}

/// The words for protocols in the value of a kite's line; empty where there are none.
QByteArrayList protocolsOf(const QByteArray &text)
{
    const auto equals = text.indexOf('=');
    const auto colon = text.indexOf(':', equals);
    return colon < 0 ? QByteArrayList {}
                     : text.sliced(equals + 1, colon - equals - 1).trimmed().split(',');
}

QString hostOf(const Endpoint &endpoint)
{
    return endpoint.host.contains(QLatin1Char(':'))
        ? QLatin1Char('[') + endpoint.host + QLatin1Char(']')
        : endpoint.host;
}

QString originOf(const Target &target)
{
    if (target.kind == Target::Kind::Share)
        return QStringLiteral("localhost:builtin");
    const QString port
        = target.endpoint.port == 0 ? QString() : QString::number(target.endpoint.port);
    return hostOf(target.endpoint) + QLatin1Char(':') + port;
}

/// `service_on  = http:NAME : localhost:80 : SECRET`
QByteArray kiteLine(const KiteSpec &kite, const QString &name, const QString &secret)
{
    return RcDocument::line(
        QStringLiteral("service_on"),
        QStringLiteral("%1:%2 : %3 : %4")
            .arg(QString::fromUtf8(kite.id.protoport()), name, originOf(kite.target), secret)
            .trimmed());
}

/// pagekite.py's words for what `+x` and `+nox` mean.
QString flagValue(const QString &value)
{
    if (value == u"true")
        return QStringLiteral("True");
    return value == u"false" ? QStringLiteral("False") : value;
}

EditFailure cannotHold(const QString &what)
{
    return {EditError::CannotHold, what};
}

} // namespace

// --- texts ---

Result<QByteArray, QString> RcTexts::read(const QString &path)
{
    if (const auto known = m_texts.find(path); known != m_texts.end())
        return known->second.now.toByteArray();
    auto bytes = m_disk.read(path);
    if (bytes)
        m_texts.emplace(path, Text {*bytes, RcDocument(*bytes)});
    return bytes;
}

Result<QStringList, QString> RcTexts::rcFilesIn(const QString &folder)
{
    auto names = m_disk.rcFilesIn(folder);
    if (!names)
        return names;
    QStringList all = *names;
    for (const auto &[path, text] : m_texts) {
        if (path.startsWith(folder + QLatin1Char('/')) && path.endsWith(u".rc")
            && path.indexOf(QLatin1Char('/'), folder.size() + 1) < 0 && !all.contains(path))
            all.append(path);
    }
    all.sort();
    return all;
}

RcDocument &RcTexts::document(const QString &path)
{
    const auto read = this->read(path);
    if (!read)
        m_texts.try_emplace(path);
    return m_texts.at(path).now;
}

QList<std::pair<QString, QByteArray>> RcTexts::changed() const
{
    QList<std::pair<QString, QByteArray>> all;
    for (const auto &[path, text] : m_texts) {
        if (const auto now = text.now.toByteArray(); now != text.before)
            all.append({path, now});
    }
    return all;
}

Result<QList<RcLine>, RcFailure> loadSources(RcFiles &files, const QList<RcSource> &sources)
{
    QList<RcLine> all;
    for (const auto &source : sources) {
        const auto lines = source.kind == RcSource::Kind::File ? loadRc(files, source.path)
                                                               : loadRcFolder(files, source.path);
        if (!lines)
            return lines;
        all += *lines;
    }
    return all;
}

// --- words ---

Result<QList<KiteWords>, SpecFailure> parseKiteWords(const QStringList &words)
{
    QList<KiteWords> all;
    QStringList group;
    const auto finish = [&]() -> Result<void, SpecFailure> {
        const auto kites = parseFriendlyWords(group);
        if (!kites)
            return Err {kites.error()};
        const auto plain = std::ranges::count_if(
            group, [](const QString &word) { return !word.startsWith(QLatin1Char('+')); });
        const bool bare = plain == 1 && !group.first().contains(QLatin1Char(':'));
        all.append({kites->first(), bare, plain > 1});
        group.clear();
        return {};
    };
    for (const QString &word : words) {
        if (word != u"AND") {
            group.append(word);
        } else if (const auto done = finish(); !done) {
            return Err {done.error()};
        }
    }
    if (const auto done = finish(); !done)
        return Err {done.error()};
    return all;
}

QString configKey(const KiteId &id)
{
    return QString::fromUtf8(id.domain) + QLatin1Char('/')
        + QString::number(id.port == 0 ? usualPublicPort : id.port);
}

// --- kites ---

RcKites::RcKites(RcTexts &texts, QList<RcSource> sources, QString home)
    : m_texts(texts)
    , m_sources(std::move(sources))
    , m_home(std::move(home))
{
    m_texts.document(m_home);
    (void)refresh(); // what cannot be read has no kites; edit() tells
}

RcKites::Outcome RcKites::refresh()
{
    m_kites.clear();
    m_kiteName.clear();
    m_kiteNameSaid = false;
    m_kiteSecret.clear();
    const auto lines = loadSources(m_texts, m_sources);
    if (!lines)
        return Err {EditFailure {EditError::Unreadable, lines.error().file}};
    m_lines = *lines;
    for (const RcLine &line : m_lines) {
        const QString name = canonical(line.name);
        if (name == u"kitename") {
            m_kiteName = line.value.toLower();
            m_kiteNameSaid = true;
        } else if (name == u"kitesecret")
            m_kiteSecret = line.value;
        else if (isOn(name) || isOff(name))
            takeKites(line, isOn(name));
    }
    for (const RcLine &line : m_lines) {
        if (line.name != u"webpath")
            continue;
        for (RcKite &kite : m_kites) {
            const bool share = kite.spec.target.kind == Target::Kind::Share;
            const auto fields = line.value.split(QLatin1Char(':'));
            if (share && fields.size() > 3 && fields[0].toLower() == configKey(kite.spec.id))
                kite.spec.target.paths.append(fields.sliced(3).join(QLatin1Char(':')));
        }
    }
    return {};
}

void RcKites::takeKites(const RcLine &line, bool on)
{
    const auto specs = parseServiceSpec(line.value, {m_kiteName, secretMark});
    if (!specs)
        return; // nobody's to change
    const bool byKiteName = line.value.section(QLatin1Char(':'), 1, 1) == QLatin1String(nameMark);
    int nth = 0;
    for (const KiteSpec &spec : *specs) {
        m_kites.append({spec, on, byKiteName, line.file, line.line, nth++});
        if (m_kiteName.isEmpty())
            m_kiteName = QString::fromUtf8(spec.id.domain);
    }
}

const RcKite *RcKites::find(const KiteId &id) const
{
    const auto found
        = std::ranges::find_if(m_kites, [&](const RcKite &kite) { return kite.spec.id == id; });
    return found == m_kites.end() ? nullptr : &*found;
}

QList<RcKite> RcKites::named(const KiteWords &words) const
{
    QList<RcKite> found;
    std::ranges::copy_if(m_kites, std::back_inserter(found), [&](const RcKite &kite) {
        return words.wholeDomain ? kite.spec.id.domain == words.spec.id.domain
                                 : kite.spec.id == words.spec.id;
    });
    return found;
}

RcKites::Outcome RcKites::edit(KiteEdit what, const QList<KiteWords> &words, const QString &secret)
{
    if (auto read = refresh(); !read)
        return read;
    QList<KiteId> meant;
    for (const KiteWords &kite : words) {
        const auto there = named(kite);
        const bool adds = what == KiteEdit::Add || what == KiteEdit::Only;
        if (there.isEmpty() && !adds)
            return Err {
                EditFailure {EditError::NoSuchKite, QString::fromUtf8(kite.spec.id.toByteArray())}};
        meant.append(kite.spec.id);
        std::ranges::transform(there, std::back_inserter(meant),
                               [](const RcKite &one) { return one.spec.id; });
        if (!adds)
            continue;
        if (auto added = add(kite, secret); !added)
            return added;
    }
    if (what == KiteEdit::Add)
        return {};
    const auto ids = kites();
    for (const RcKite &known : ids) {
        const RcKite *kite = find(known.spec.id); // where it is by now
        if (!kite || meant.contains(kite->spec.id) != (what != KiteEdit::Only))
            continue;
        const RcKite copy = *kite;
        if (auto done = what == KiteEdit::Remove ? remove(copy) : turn(copy, false); !done)
            return done;
    }
    return {};
}

RcKites::Outcome RcKites::add(const KiteWords &words, const QString &secret)
{
    const auto there = named(words);
    const auto &target = words.spec.target;
    if (!RcDocument::canHold(originOf(target))
        || !std::ranges::all_of(target.paths, &RcDocument::canHold))
        return Err {cannotHold(QStringLiteral("the origin"))};
    if (there.isEmpty() || words.withOrigin) {
        const RcKite *const known = find(words.spec.id);
        auto done = known ? retarget(RcKite(*known), words.spec) : put(words.spec, secret);
        if (!done || words.spec.flags.isEmpty())
            return done;
        const RcKite *const kite = find(words.spec.id);
        return kite ? setFlags(RcKite(*kite), words.spec.flags) : done;
    }
    for (const RcKite &old : there) {
        if (const RcKite *const kite = find(old.spec.id)) {
            if (auto done = turn(RcKite(*kite), true); !done)
                return done;
        }
        const RcKite *const kite = find(old.spec.id);
        if (kite && !words.spec.flags.isEmpty()) {
            if (auto done = setFlags(RcKite(*kite), words.spec.flags); !done)
                return done;
        }
    }
    return {};
}

RcKites::Outcome RcKites::put(const KiteSpec &spec, const QString &secret)
{
    if (!RcDocument::canHold(secret) || secret.contains(QLatin1Char(':')))
        return Err {cannotHold(QStringLiteral("the secret"))};
    const QString domain = QString::fromUtf8(spec.id.domain);
    const auto relative = std::ranges::find_if(
        m_kites, [&](const RcKite &kite) { return kite.spec.id.domain == spec.id.domain; });
    RcDocument &home = m_texts.document(m_home);
    if (m_kiteName.isEmpty()) {
        home.append(RcDocument::line(QStringLiteral("kitename"), domain));
        m_kiteName = domain;
        m_kiteNameSaid = true;
    }
    const bool own = m_kiteNameSaid && m_kiteName == domain;
    if (own && m_kiteSecret.isEmpty() && !secret.isEmpty()) {
        home.append(RcDocument::line(QStringLiteral("kitesecret"), secret));
        m_kiteSecret = secret;
    }
    const QString name = own ? QString::fromLatin1(nameMark) : domain;
    QString secretText = secret;
    if (own && (secret.isEmpty() || secret == m_kiteSecret))
        secretText = QLatin1String(secretMark);
    else if (secret.isEmpty() && relative != m_kites.end() && !relative->spec.secret.isEmpty())
        secretText = QString::fromUtf8(relative->spec.secret);
    else if (secret.isEmpty() && !m_kiteSecret.isEmpty())
        secretText = QLatin1String(secretMark);
    home.append(kiteLine(spec, name, secretText));
    if (auto read = refresh(); !read)
        return read;
    const RcKite *const kite = find(spec.id);
    return kite ? setPaths(RcKite(*kite), spec.target.paths) : Outcome {};
}

RcKites::Outcome RcKites::retarget(const RcKite &kite, const KiteSpec &spec)
{
    const RcDocument &document = m_texts.document(kite.file);
    KiteSpec now = spec;
    now.secret = kite.spec.secret;
    const QString name
        = kite.byKiteName ? QString::fromLatin1(nameMark) : QString::fromUtf8(kite.spec.id.domain);
    const auto old = kite.spec.target;
    const bool same = old.kind == spec.target.kind && old.endpoint == spec.target.endpoint;
    if (same && kite.on) {
        // the line says so already
    } else if (same) {
        if (auto done = turn(kite, true); !done)
            return done;
    } else if (protocolsOf(document.text(kite.line)).size() > 1) {
        insert(takeOut(kite), kiteLine(now, name, QString::fromUtf8(now.secret)));
    } else {
        m_texts.document(kite.file).replace(kite.line,
                                            kiteLine(now, name, QString::fromUtf8(now.secret)));
    }
    if (auto read = refresh(); !read)
        return read;
    if (old.paths == spec.target.paths)
        return {};
    const RcKite *const moved = find(spec.id);
    return moved ? setPaths(RcKite(*moved), spec.target.paths) : Outcome {};
}

RcKites::Outcome RcKites::turn(const RcKite &kite, bool on)
{
    if (kite.on == on)
        return {};
    RcDocument &document = m_texts.document(kite.file);
    const QByteArray text = document.text(kite.line);
    const auto protocols = protocolsOf(text);
    const QString word = canonical(parseRc(QString::fromUtf8(text), {}).first().name);
    if (protocols.size() < 2) {
        document.replace(kite.line, renamed(text, switchedName(word)));
        return refresh();
    }
    const QByteArray own = protocols.value(kite.nth).trimmed();
    insert(takeOut(kite), withProtocols(renamed(text, switchedName(word)), {own}));
    return refresh();
}

RcKites::Place RcKites::takeOut(const RcKite &kite)
{
    RcDocument &document = m_texts.document(kite.file);
    const QByteArray text = document.text(kite.line);
    auto protocols = protocolsOf(text);
    if (protocols.size() < 2) {
        document.remove(kite.line);
        return {kite.file, kite.line - 1};
    }
    protocols.removeAt(kite.nth);
    document.replace(kite.line, withProtocols(text, protocols));
    return {kite.file, kite.line};
}

void RcKites::insert(const Place &place, const QByteArray &text)
{
    m_texts.document(place.file).insertAfter(place.line, text);
}

RcKites::Outcome RcKites::remove(const RcKite &kite)
{
    takeOut(kite);
    if (auto read = refresh(); !read)
        return read;
    const bool shared = std::ranges::any_of(m_kites, [&](const RcKite &other) {
        return configKey(other.spec.id) == configKey(kite.spec.id);
    });
    if (shared)
        return {};
    for (const char *name : {"service_cfg", "be_config", "webpath"}) {
        if (auto done = removeLines(name, kite.spec.id); !done)
            return done;
    }
    return {};
}

RcKites::Outcome RcKites::removeLines(const char *name, const KiteId &id)
{
    std::map<QString, std::set<int, std::greater<>>> found; // from below: others keep their numbers
    for (const RcLine &line : m_lines) {
        if (canonical(line.name) == QLatin1String(name)
            && line.value.section(QLatin1Char(':'), 0, 0).toLower() == configKey(id))
            found[line.file].insert(line.line);
    }
    for (const auto &[file, numbers] : found) {
        for (const int number : numbers)
            m_texts.document(file).remove(number);
    }
    return refresh();
}

RcKites::Outcome RcKites::setFlags(const RcKite &kite, const QList<KiteFlag> &flags)
{
    for (const KiteFlag &flag : flags) {
        if (!RcDocument::canHold(flag.key) || !RcDocument::canHold(flag.value))
            return Err {cannotHold(QLatin1Char('+') + flag.key.section(QLatin1Char('/'), 0, 0))};
    }
    for (const char *name : {"service_cfg", "be_config"}) {
        if (auto done = removeLines(name, kite.spec.id); !done)
            return done;
    }
    const RcKite *const moved = find(kite.spec.id);
    Place place {moved->file, moved->line};
    for (const KiteFlag &flag : flags)
        insert(
            {place.file, place.line++},
            RcDocument::line(QStringLiteral("service_cfg"),
                             QStringLiteral("%1 : %2 : %3")
                                 .arg(configKey(kite.spec.id), flag.key, flagValue(flag.value))));
    return refresh();
}

RcKites::Outcome RcKites::setPaths(const RcKite &kite, const QStringList &paths)
{
    if (auto done = removeLines("webpath", kite.spec.id); !done)
        return done;
    const RcKite *const moved = find(kite.spec.id);
    Place place {moved->file, moved->line};
    for (const QString &path : paths) {
        const QFileInfo file(path);
        QString url = QLatin1String("/");
        if (paths.size() > 1 || !file.isDir())
            url += file.fileName() + (file.isDir() ? QLatin1String("/") : QLatin1String());
        insert({place.file, place.line++},
               RcDocument::line(
                   QStringLiteral("webpath"),
                   QStringLiteral("%1:%2:default:%3").arg(configKey(kite.spec.id), url, path)));
    }
    return refresh();
}

} // namespace kite::settings
