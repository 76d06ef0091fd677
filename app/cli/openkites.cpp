#include "app/cli/roles.h"

#include "kitecore/net/porttarget.h"
#include "kitecore/origin/doorkeeper.h"

namespace kite::cli {

namespace {

using Visits = std::function<void(const Visited &)>;

Result<std::shared_ptr<net::Target>, share::ShareFailure>
openTarget(const PlannedKite &kite, const std::shared_ptr<stats::Meter> &meter, QObject *context,
           const Visits &visited, const std::shared_ptr<origin::GateCounts> &gates)
{
    if (kite.target.kind == settings::Target::Kind::Port) {
        return origin::Doorkeeper::inFrontOf(
            std::make_shared<net::PortTarget>(kite.target.endpoint, meter, kite.rules.awayPages),
            kite.rules, gates);
    }
    const auto opened = share::ShareTarget::open(
        kite.target.paths, {kite.target.hiddenFiles, kite.target.listing}, meter);
    if (!opened)
        return Err {opened.error()};
    if (visited) {
        (*opened)->onVisit([context, visited, id = kite.id](const share::Visit &visit) {
            QMetaObject::invokeMethod(context, [visited, id, visit] { visited({id, visit}); });
        });
    }
    return origin::Doorkeeper::inFrontOf(*opened, kite.rules, gates);
}

QString describe(const settings::Target &target)
{
    return target.kind == settings::Target::Kind::Port ? target.endpoint.toString()
                                                       : target.paths.join(QLatin1String(", "));
}

} // namespace

Result<std::vector<OpenKite>, share::ShareFailure>
openKites(const std::vector<PlannedKite> &kites, QObject *context, const Visits &visited,
          const std::shared_ptr<origin::GateCounts> &gates)
{
    std::vector<OpenKite> open;
    for (const PlannedKite &kite : kites) {
        const auto meter = std::make_shared<stats::Meter>();
        const auto target = openTarget(kite, meter, context, visited, gates);
        if (!target)
            return Err {target.error()};
        open.push_back({kite.id, kite.secret, *target, meter, describe(kite.target)});
    }
    return open;
}

} // namespace kite::cli
