// An invitation that is read comes out of its own spelling again, and accounts files keep what they
// do not understand.
#include <cstdint>

#include "kitecore/settings/accountsfile.h"
#include "kitecore/settings/invitation.h"
#include "tests/fuzz/require.h"

using namespace kite::settings;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArray bytes(reinterpret_cast<const char *>(data), qsizetype(size));
    if (const auto invitation = Invitation::parse(QString::fromUtf8(bytes))) {
        const auto again = Invitation::parse(invitation->toString());
        require(again && *again == *invitation);
    }
    AccountsFile file(bytes);
    require(AccountsFile(file.toByteArray()).toByteArray() == file.toByteArray());
    const auto before = file.accounts();
    const auto odd = file.oddLines();
    for (const auto &account : before) {
        file.remove(account.name);
        require(!file.has(account.name));
    }
    require(file.accounts().isEmpty() && file.oddLines().size() == odd.size());
    return 0;
}
