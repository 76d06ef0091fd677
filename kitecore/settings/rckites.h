#pragma once

#include <functional>

#include "kitecore/settings/kitewords.h"
#include "kitecore/settings/rctexts.h"

/// The kites of rc files, as `--list`, `--add`, `--disable`, `--remove` and `--only` see and change
/// them.
namespace kite::settings {

/// One kite of the files.
struct RcKite
{
    KiteSpec spec; ///< a secret of `@kitesecret` is left at that; others are the file's bytes
    bool on = true;
    bool byKiteName = false; ///< its name is written `@kitename`
    QString file;
    int line = 0;
    int nth = 0; ///< which of the line's protocols
};

enum class KiteEdit {
    Add,     ///< puts it in, leads it elsewhere, switches it on
    Disable, ///< `service_off`
    Remove,  ///< with its `service_cfg` and `webpath`
    Only,    ///< Add, and Disable for all others
};
enum class EditError {
    Unreadable, ///< A file that was there before is not any more.
    NoSuchKite, ///< Nothing to disable or remove.
    CannotHold, ///< A value would not come back from the file as it is (RcDocument::canHold).
    Twice,      ///< Words name one kite with two origins.
    Shared, ///< Kites of one name and port would differ in what the file has only once for them.
};
struct EditFailure
{
    EditError error;
    QString text; ///< the kite, or which value, or what of which kites; never the value itself
};

/// Changes lines of kites; all other lines stay as they are.
class RcKites
{
public:
    using Outcome = Result<void, EditFailure>;

    /// @param home where kites go that no file has yet.
    RcKites(RcTexts &texts, QList<RcSource> sources, QString home);

    QList<RcKite> kites() const { return m_kites; }
    QString kiteName() const { return m_kiteName; }

    /// @param secret for kites that are put in, and in the place of what the named ones have;
    /// empty: nobody gave one.
    Outcome edit(KiteEdit what, const QList<KiteWords> &words, const QByteArray &secret);

private:
    struct Place
    {
        QString file;
        int line = 0; ///< 0: the end
    };

    Outcome refresh();
    void takeKites(const RcLine &line, bool on);
    QList<RcKite> named(const KiteWords &words) const;
    /// The kites that words put in or change.
    QList<KiteId> meantBy(const KiteWords &words) const;
    /// Whether kites with lines in common can all be what they are, and what the words say.
    Outcome checkFlags(const QList<KiteWords> &words) const;
    Outcome checkOrigins(const QList<KiteWords> &words) const;
    Outcome checkAdding(const QList<KiteWords> &words, const QByteArray &secret) const;
    /// What `service_cfg` says of it.
    QList<KiteFlag> flagsOf(const KiteId &id) const;
    Outcome add(const KiteWords &words, const QByteArray &secret);
    /// Puts it in, or leads it to its target.
    Outcome putOrRetarget(const KiteSpec &spec, const QList<KiteFlag> &flags,
                          const QByteArray &secret);
    Outcome put(const KiteSpec &spec, const QByteArray &secret);
    /// What stands in the line of a kite that is put in.
    QByteArray secretFor(const KiteSpec &spec, bool isOwn, const QByteArray &secret) const;
    Outcome retarget(const RcKite &kite, const KiteSpec &spec, const QByteArray &secret);
    Outcome takeAway(KiteEdit what, const QList<KiteId> &meant);
    Outcome turn(const RcKite &kite, bool on);
    Outcome remove(const RcKite &kite);
    Outcome setFlags(const RcKite &kite, const QList<KiteFlag> &flags);
    Outcome setPaths(const RcKite &kite, const QStringList &paths);
    /// @param those which of their values; null: all.
    Outcome removeLines(const char *name, const KiteId &id,
                        const std::function<bool(const QString &)> &those = nullptr);
    /// Takes one protocol out of a kite's line, or the whole line; @return where it stood.
    Place takeOut(const RcKite &kite);
    void insert(const Place &place, const QByteArray &text);
    const RcKite *find(const KiteId &id) const;

    RcTexts &m_texts;
    QList<RcSource> m_sources;
    QString m_home;
    QList<RcLine> m_lines;
    QList<RcKite> m_kites;
    QString m_kiteName;
    bool m_kiteNameSaid = false; ///< by `kitename`; false: the first kite has it
    QByteArray m_kiteSecret;
};

} // namespace kite::settings
