#pragma once

#include <chrono>
#include <memory>

#include <QLocalServer>
#include <QLockFile>
#include <QStringList>

class QDeadlineTimer;
class QLocalSocket;

namespace kite::app {

/// What a start of the program asks for.
struct Wish
{
    QStringList paths;       ///< absolute: to share at once
    bool background = false; ///< show nothing
    QString invitation = {}; ///< `kite:...`: to be shown and asked about

    QByteArray toJson() const;
    /// @return std::nullopt for bytes that are no wish.
    static std::optional<Wish> fromJson(const QByteArray &bytes);
    bool operator==(const Wish &) const = default;
};

/// One program for each user: the first start holds a lock and listens, later ones hand it their
/// wish. Both files lie in the user's own runtime folder.
class SingleInstance final : public QObject
{
    Q_OBJECT

public:
    static constexpr std::chrono::seconds patience {
        5}; ///< for a first start that is still starting
    static constexpr qsizetype maxWishBytes = 1024 * 1024;

    enum class Role {
        First,  ///< go on; wished() brings the wishes of later starts
        Second, ///< the wish was taken; end
        Stuck,  ///< another one runs and does not answer
        Barred, ///< the folder takes no lock
    };

    explicit SingleInstance(const QString &folder, QObject *parent = nullptr);

    /// Waits at most `patience`. Called once, before anything else is done.
    Role start(const Wish &wish);

Q_SIGNALS:
    void wished(const kite::app::Wish &wish);

private:
    bool handOver(const Wish &wish, const QDeadlineTimer &limit) const;
    void greet();
    void read(QLocalSocket &socket);

    QString m_socketPath;
    QLockFile m_lock;
    QLocalServer m_server;
};

} // namespace kite::app
