#pragma once

#include <array>
#include <memory>
#include <mutex>

#include <QHash>
#include <QString>

namespace kite::relay {

/// So many connections of each address (net::neighbourhood), and no more. Thread-safe; remembers
/// only addresses that have some.
class AddressPlaces : public std::enable_shared_from_this<AddressPlaces>
{
    Q_DISABLE_COPY_MOVE(AddressPlaces)

public:
    /// One connection's place; given back when it goes.
    class Place
    {
    public:
        Place() = default; ///< of nobody who is counted
        Place(Place &&other) noexcept = default;
        Place &operator=(Place &&other) noexcept;
        ~Place();
        /// Whom it was given to.
        const QString &owner() const { return m_owner; }

    private:
        friend class AddressPlaces;
        Place(std::shared_ptr<AddressPlaces> of, QString owner);
        void giveBack();

        std::shared_ptr<AddressPlaces> m_of; ///< what a loop destroys last may outlive the relay
        QString m_owner;
    };

    AddressPlaces() = default;

    /// @param most places of one address; 0: any number.
    /// @return whether `into` holds a place for it now; what it held of another is given back then.
    bool take(const QString &address, int most, Place &into);
    qsizetype addresses() const; ///< that have a place

private:
    struct Shelf
    {
        mutable std::mutex lock;
        QHash<QString, int> taken;
    };
    Shelf &shelfOf(const QString &owner) { return m_shelves[qHash(owner) % m_shelves.size()]; }

    std::array<Shelf, 16> m_shelves; ///< so that workers seldom wait for each other
};

} // namespace kite::relay
