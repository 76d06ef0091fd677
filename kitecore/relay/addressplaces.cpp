#include "kitecore/relay/addressplaces.h"

#include "kitecore/net/neighbourhood.h"

namespace kite::relay {

AddressPlaces::Place::Place(std::shared_ptr<AddressPlaces> of, QString owner)
    : m_of(std::move(of))
    , m_owner(std::move(owner))
{
}

AddressPlaces::Place &AddressPlaces::Place::operator=(Place &&other) noexcept
{
    if (this != &other) {
        giveBack();
        m_of = std::move(other.m_of);
        m_owner = std::move(other.m_owner);
    }
    return *this;
}

AddressPlaces::Place::~Place()
{
    giveBack();
}

void AddressPlaces::Place::giveBack()
{
    if (!m_of)
        return;
    auto &shelf = m_of->shelfOf(m_owner);
    const std::lock_guard guard(shelf.lock);
    const auto found = shelf.taken.find(m_owner);
    if (--*found == 0)
        shelf.taken.erase(found);
}

bool AddressPlaces::take(const QString &address, int most, Place &into)
{
    auto owner = net::neighbourhood(address);
    if (into.m_of.get() == this && into.m_owner == owner)
        return true;
    {
        auto &shelf = shelfOf(owner);
        const std::lock_guard guard(shelf.lock);
        int &taken = shelf.taken[owner];
        if (most > 0 && taken >= most)
            return false;
        ++taken;
    }
    into = Place(shared_from_this(), std::move(owner));
    return true;
}

qsizetype AddressPlaces::addresses() const
{
    qsizetype all = 0;
    for (const auto &shelf : m_shelves) {
        const std::lock_guard guard(shelf.lock);
        all += shelf.taken.size();
    }
    return all;
}

} // namespace kite::relay
