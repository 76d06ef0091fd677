#include "kitecore/settings/rckites.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include <QHash>
#include <QSet>

#include "kitecore/settings/kitelines.h"

namespace kite::settings {

namespace {

constexpr auto nameMark = "@kitename";
constexpr auto secretMark = "@kitesecret";

EditFailure cannotHold(const QString &what)
{
    return {EditError::CannotHold, what};
}

QByteArray valueOf(const QByteArray &text)
{
    return text.sliced(text.indexOf('=') + 1).trimmed();
}

/// Who reads the file back takes it for UTF-8.
bool canHoldSecret(const QByteArray &secret)
{
    const QString text = QString::fromUtf8(secret);
    return text.toUtf8() == secret && RcDocument::canHold(text) && !secret.contains(':');
}

EditFailure shared(const QString &what, const KiteId &one, const KiteId &other)
{
    return {EditError::Shared,
            QStringLiteral("%1 for %2 and %3")
                .arg(what, QString::fromUtf8(one.toByteArray()),
                     QString::fromUtf8(other.toByteArray()))};
}

/// What a kite has after words with flags: in the place of some of the old ones.
QList<KiteFlag> merged(QList<KiteFlag> old, const QList<KiteFlag> &flags)
{
    old.removeIf([&](const KiteFlag &flag) { return replaces(flags, flag); });
    return flags + old;
}

/// The same for flags that mean the same: the order counts only among those of one key.
QList<KiteFlag> inOrder(QList<KiteFlag> flags)
{
    std::ranges::stable_sort(flags, {}, &KiteFlag::key);
    flags.erase(std::unique(flags.begin(), flags.end()), flags.end());
    return flags;
}

/// Whether those that a file has one value for would agree on it.
template <typename Value>
RcKites::Outcome checkAgreement(const QString &what, const QSet<KiteId> &changed,
                                const QHash<KiteId, Value> &values)
{
    for (const KiteId &id : changed) {
        for (const auto &[other, value] : values.asKeyValueRange()) {
            if (configKey(other) == configKey(id) && value != values.value(id))
                return Err {shared(what, id, other)};
        }
    }
    return {};
}

} // namespace

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
        const QString name = optionName(line.name);
        if (name == u"kitename") {
            m_kiteName = line.value.toLower();
            m_kiteNameSaid = true;
        } else if (name == u"kitesecret")
            m_kiteSecret = line.value.isEmpty()
                ? QByteArray()
                : valueOf(m_texts.document(line.file).text(line.line));
        else if (switchesOn(name) || switchesOff(name))
            takeKites(line, switchesOn(name));
    }
    for (const RcLine &line : m_lines) {
        if (line.name != u"webpath")
            continue;
        for (RcKite &kite : m_kites) {
            const bool share = kite.spec.target.kind == Target::Kind::Share;
            const auto fields = line.value.split(QLatin1Char(':'));
            if (share && fields.size() > 3 && isAbout(line.value, kite.spec.id))
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
    const QByteArray secret = secretOf(m_texts.document(line.file).text(line.line));
    const bool byKiteName = line.value.section(QLatin1Char(':'), 1, 1) == QLatin1String(nameMark);
    int nth = 0;
    for (KiteSpec spec : *specs) {
        spec.secret = secret;
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

QList<KiteId> RcKites::meantBy(const KiteWords &words) const
{
    const auto there = named(words);
    if (there.isEmpty() || words.withOrigin)
        return {words.spec.id};
    QList<KiteId> ids;
    std::ranges::transform(there, std::back_inserter(ids),
                           [](const RcKite &kite) { return kite.spec.id; });
    return ids;
}

QList<KiteFlag> RcKites::flagsOf(const KiteId &id) const
{
    QList<KiteFlag> flags;
    for (const RcLine &line : m_lines) {
        const QString name = optionName(line.name);
        if ((name != u"service_cfg" && name != u"be_config") || !isAbout(line.value, id))
            continue;
        if (const auto flag = flagOf(line.value))
            flags.append(*flag);
    }
    return flags;
}

RcKites::Outcome RcKites::checkFlags(const QList<KiteWords> &words) const
{
    if (std::ranges::all_of(words, [](const KiteWords &one) { return one.spec.flags.isEmpty(); }))
        return {};
    QHash<KiteId, QList<KiteFlag>> wanted;
    for (const RcKite &kite : m_kites) {
        const bool concerned = std::ranges::any_of(
            words, [&](const KiteWords &one) { return one.spec.id.domain == kite.spec.id.domain; });
        if (concerned)
            wanted.insert(kite.spec.id, inOrder(flagsOf(kite.spec.id)));
    }
    QSet<KiteId> changed;
    for (const KiteWords &one : words) {
        for (const KiteId &id : meantBy(one)) {
            const auto now = inOrder(merged(flagsOf(id), one.spec.flags));
            if (changed.contains(id) && wanted.value(id) != now)
                return Err {shared(QStringLiteral("flags"), id, id)};
            if (!one.spec.flags.isEmpty())
                changed.insert(id);
            wanted.insert(id, now);
        }
    }
    return checkAgreement(QStringLiteral("flags"), changed, wanted);
}

RcKites::Outcome RcKites::checkOrigins(const QList<KiteWords> &words) const
{
    QHash<KiteId, std::pair<QString, QStringList>> origins;
    for (const KiteWords &one : words) {
        if (!one.withOrigin)
            continue;
        const std::pair origin {originOf(one.spec.target), one.spec.target.paths};
        if (origins.value(one.spec.id, origin) != origin)
            return Err {
                EditFailure {EditError::Twice, QString::fromUtf8(one.spec.id.toByteArray())}};
        origins.insert(one.spec.id, origin);
    }
    QHash<KiteId, QStringList> paths;
    for (const RcKite &kite : m_kites) {
        if (!origins.contains(kite.spec.id) && !kite.spec.target.paths.isEmpty())
            paths.insert(kite.spec.id, kite.spec.target.paths);
    }
    QSet<KiteId> changed;
    for (const auto &[id, origin] : origins.asKeyValueRange()) {
        if (origin.second.isEmpty())
            continue;
        paths.insert(id, origin.second);
        changed.insert(id);
    }
    return checkAgreement(QStringLiteral("paths"), changed, paths);
}

RcKites::Outcome RcKites::checkAdding(const QList<KiteWords> &words, const QByteArray &secret) const
{
    if (auto fits = checkFlags(words); !fits)
        return fits;
    if (!canHoldSecret(secret))
        return Err {cannotHold(QStringLiteral("the secret"))};
    return checkOrigins(words);
}

RcKites::Outcome RcKites::edit(KiteEdit what, const QList<KiteWords> &words,
                               const QByteArray &secret)
{
    if (auto read = refresh(); !read)
        return read;
    const bool adds = what == KiteEdit::Add || what == KiteEdit::Only;
    if (auto fits = adds ? checkAdding(words, secret) : Outcome {}; !fits)
        return fits;
    QList<KiteId> meant;
    for (const KiteWords &kite : words) {
        const auto there = named(kite);
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
    return what == KiteEdit::Add ? Outcome {} : takeAway(what, meant);
}

/// Of these kites, with Only of all others.
RcKites::Outcome RcKites::takeAway(KiteEdit what, const QList<KiteId> &meant)
{
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

RcKites::Outcome RcKites::add(const KiteWords &words, const QByteArray &secret)
{
    const auto there = named(words);
    const auto &target = words.spec.target;
    if (!RcDocument::canHold(originOf(target))
        || !std::ranges::all_of(target.paths, &RcDocument::canHold))
        return Err {cannotHold(QStringLiteral("the origin"))};
    if (there.isEmpty() || words.withOrigin)
        return putOrRetarget(words.spec, words.spec.flags, secret);
    for (const RcKite &old : there) {
        if (!find(old.spec.id))
            continue;
        if (auto done = putOrRetarget(old.spec, words.spec.flags, secret); !done)
            return done;
    }
    return {};
}

RcKites::Outcome RcKites::putOrRetarget(const KiteSpec &spec, const QList<KiteFlag> &flags,
                                        const QByteArray &secret)
{
    const RcKite *const known = find(spec.id);
    auto done = known ? retarget(RcKite(*known), spec, secret) : put(spec, secret);
    if (!done || flags.isEmpty())
        return done;
    const RcKite *const kite = find(spec.id); // where it is by now
    return kite ? setFlags(RcKite(*kite), flags) : done;
}

QByteArray RcKites::secretFor(const KiteSpec &spec, bool isOwn, const QByteArray &secret) const
{
    if (!secret.isEmpty())
        return isOwn && secret == m_kiteSecret ? QByteArray(secretMark) : secret;
    const auto relative = std::ranges::find_if(m_kites, [&](const RcKite &kite) {
        return kite.spec.id.domain == spec.id.domain && !kite.spec.secret.isEmpty();
    });
    if (relative != m_kites.end())
        return relative->spec.secret;
    return isOwn || !m_kiteSecret.isEmpty() ? QByteArray(secretMark) : QByteArray();
}

RcKites::Outcome RcKites::put(const KiteSpec &spec, const QByteArray &secret)
{
    const QString domain = QString::fromUtf8(spec.id.domain);
    RcDocument &home = m_texts.document(m_home);
    if (m_kiteName.isEmpty()) {
        home.append(RcDocument::line(QStringLiteral("kitename"), domain));
        m_kiteName = domain;
        m_kiteNameSaid = true;
    }
    const bool own = m_kiteNameSaid && m_kiteName == domain;
    if (own && m_kiteSecret.isEmpty() && !secret.isEmpty()) {
        home.append("kitesecret = " + secret);
        m_kiteSecret = secret;
    }
    const QString name = own ? QString::fromLatin1(nameMark) : domain;
    home.append(kiteLine(spec, name, secretFor(spec, own, secret)));
    if (auto read = refresh(); !read)
        return read;
    const RcKite *const kite = find(spec.id);
    return kite ? setPaths(RcKite(*kite), spec.target.paths) : Outcome {};
}

RcKites::Outcome RcKites::retarget(const RcKite &kite, const KiteSpec &spec,
                                   const QByteArray &secret)
{
    const RcDocument &document = m_texts.document(kite.file);
    KiteSpec now = spec;
    const bool known = secret.isEmpty() || secret == kite.spec.secret
        || (kite.spec.secret == secretMark && secret == m_kiteSecret);
    now.secret = known ? kite.spec.secret : secret;
    const QString name
        = kite.byKiteName ? QString::fromLatin1(nameMark) : QString::fromUtf8(kite.spec.id.domain);
    const auto old = kite.spec.target;
    const bool same = known && old.kind == spec.target.kind && old.endpoint == spec.target.endpoint;
    if (same && kite.on) {
        // the line says so already
    } else if (same) {
        if (auto done = turn(kite, true); !done)
            return done;
    } else if (protocolsOf(document.text(kite.line)).size() > 1) {
        insert(takeOut(kite), kiteLine(now, name, now.secret));
    } else {
        m_texts.document(kite.file).replace(kite.line, kiteLine(now, name, now.secret));
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
    const QString word = optionName(parseRc(QString::fromUtf8(text), {}).first().name);
    if (protocols.size() < 2) {
        document.replace(kite.line, withName(text, switchedName(word)));
        return refresh();
    }
    const QByteArray own = protocols.value(kite.nth).trimmed();
    insert(takeOut(kite), withProtocols(withName(text, switchedName(word)), {own}));
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

RcKites::Outcome RcKites::removeLines(const char *name, const KiteId &id,
                                      const std::function<bool(const QString &)> &those)
{
    std::map<QString, std::set<int, std::greater<>>> found; // from below: others keep their numbers
    for (const RcLine &line : m_lines) {
        if (optionName(line.name) == QLatin1String(name) && isAbout(line.value, id)
            && (!those || those(line.value)))
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
    const auto old = flagsOf(kite.spec.id);
    if (inOrder(old) == inOrder(merged(old, flags)))
        return {};
    const auto isReplaced = [&](const QString &value) {
        const auto flag = flagOf(value);
        return flag && replaces(flags, *flag);
    };
    for (const char *name : {"service_cfg", "be_config"}) {
        if (auto done = removeLines(name, kite.spec.id, isReplaced); !done)
            return done;
    }
    const RcKite *const moved = find(kite.spec.id);
    Place place {moved->file, moved->line};
    for (const KiteFlag &flag : flags)
        insert({place.file, place.line++}, flagLine(kite.spec.id, flag));
    return refresh();
}

/// Kites of one name and port have their lines in common: who has no paths takes away nobody's.
RcKites::Outcome RcKites::setPaths(const RcKite &kite, const QStringList &paths)
{
    const auto sharesHere = [&](const RcKite &other) {
        return other.spec.target.kind == Target::Kind::Share && other.spec.id != kite.spec.id
            && configKey(other.spec.id) == configKey(kite.spec.id);
    };
    if (paths.isEmpty() && std::ranges::any_of(m_kites, sharesHere))
        return {};
    if (auto done = removeLines("webpath", kite.spec.id); !done)
        return done;
    const RcKite *const moved = find(kite.spec.id);
    Place place {moved->file, moved->line};
    for (const QByteArray &line : pathLines(kite.spec.id, paths))
        insert({place.file, place.line++}, line);
    return refresh();
}

} // namespace kite::settings
