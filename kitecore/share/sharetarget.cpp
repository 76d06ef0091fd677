#include "kitecore/share/sharetarget.h"

#include "kitecore/share/visitors.h"

namespace kite::share {

class ShareTarget::Private
{
public:
    std::shared_ptr<Share> share;
};

Result<std::shared_ptr<ShareTarget>, ShareFailure>
ShareTarget::open(const QStringList &paths, ShareOptions options,
                  std::shared_ptr<stats::Meter> meter)
{
    auto tree = ShareTree::open(paths, options);
    if (!tree)
        return Err {tree.error()};
    auto made = std::make_unique<Private>();
    made->share = std::make_shared<Share>(
        std::move(tree).value(), meter ? std::move(meter) : std::make_shared<stats::Meter>());
    return std::shared_ptr<ShareTarget>(new ShareTarget(std::move(made))); // private constructor
}

ShareTarget::ShareTarget(std::unique_ptr<Private> made) : d(std::move(made)) {}

ShareTarget::~ShareTarget()
{
    Q_EMIT d->share->stopped();
}

void ShareTarget::onVisit(std::function<void(const Visit &)> told)
{
    d->share->told = std::move(told);
}

void ShareTarget::visit(net::Loop &loop, std::unique_ptr<net::ByteStream> stream,
                        const net::Visitor &visitor)
{
    loop.part<Visitors>().take(d->share, std::move(stream), visitor);
}

} // namespace kite::share
