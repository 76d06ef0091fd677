#include "kitecore/relay/acceptfile.h"

#include <QFile>
#include <QFileInfo>

#include "kitecore/base/logging.h"

namespace kite::relay {

AcceptFile::AcceptFile(QString path, const Clock &clock)
    : m_path(std::move(path))
    , m_clock(clock)
    , m_lookAt(clock.now())
{
    if (!m_path.isEmpty())
        lookAgain();
}

bool AcceptFile::admits(const QString &address)
{
    return m_path.isEmpty()
        || rules()->wordFor(address, AddressRule::Word::Allow) == AddressRule::Word::Allow;
}

bool AcceptFile::wasRead()
{
    const std::lock_guard guard(m_lock);
    return m_size >= 0;
}

std::shared_ptr<const AddressRules> AcceptFile::rules()
{
    const std::lock_guard guard(m_lock);
    if (const auto now = m_clock.now(); now >= m_lookAt) {
        m_lookAt = now + lookAgainAfter;
        lookAgain();
    }
    return m_rules;
}

void AcceptFile::lookAgain()
{
    const QFileInfo info(m_path);
    const auto changed = info.lastModified();
    if (changed == m_changed && info.size() == m_size)
        return;
    QFile file(m_path);
    if (!file.open(QIODevice::ReadOnly)) {
        if (std::exchange(m_saidOf, changed) != changed)
            qCWarning(lcRelay) << m_path << "cannot be read; its rules stay as they were:"
                               << file.errorString();
        return;
    }
    m_saidOf.reset();
    m_changed = changed;
    m_size = info.size();
    m_rules = std::make_shared<const AddressRules>(read(file.read(maxBytes)));
}

AddressRules AcceptFile::read(const QByteArray &text)
{
    QList<AddressRule> rules;
    for (const auto &line : text.toLower().split('\n')) {
        const auto words = line.simplified().split(' ');
        if (words.size() < 2 || words[0].startsWith('#'))
            continue;
        AddressRule rule {AddressRule::Word::Deny, QString::fromUtf8(words[0])};
        if (words[1].contains("allow"))
            rule.word = AddressRule::Word::Allow;
        if (AddressRules::compile({rule}, AddressRules::Match::Begin))
            rules.append(rule);
        else
            qCWarning(lcRelay) << "accept file: no pattern:" << words[0];
    }
    return AddressRules::compile(rules, AddressRules::Match::Begin).value();
}

} // namespace kite::relay
