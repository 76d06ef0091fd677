#pragma once

#include <memory>
#include <mutex>
#include <optional>

#include <QDateTime>

#include "kitecore/base/clock.h"
#include "kitecore/relay/addressrules.h"

namespace kite::relay {

/// `--accept_acl_file`: who may connect at all (PROTOCOL.md, who may come from where). The file is
/// read at once, and looked at again when it changed; one that cannot be read or understood changes
/// nothing, which is said once. Thread-safe.
class AcceptFile
{
public:
    static constexpr std::chrono::seconds lookAgainAfter {1};
    static constexpr qint64 maxBytes = qint64 {1024} * 1024;

    /// @param path empty: everybody may.
    AcceptFile(QString path, const Clock &clock);

    const QString &path() const { return m_path; }
    bool admits(const QString &address);
    /// Whether it could be read at any time; until then everybody may.
    bool wasRead();

    /// Lines `PATTERN RULE COMMENT`; blank ones and `#` are skipped, a broken pattern matches
    /// nobody.
    static AddressRules read(const QByteArray &text);

private:
    std::shared_ptr<const AddressRules> rules();
    void lookAgain();

    const QString m_path;
    const Clock &m_clock;
    std::mutex m_lock;
    std::shared_ptr<const AddressRules> m_rules = std::make_shared<const AddressRules>();
    QDateTime m_changed;
    qint64 m_size = -1;
    std::optional<QDateTime> m_saidOf; ///< which change of it nobody can read
    Clock::Steady m_lookAt;
};

} // namespace kite::relay
