// bench_load get|put|paced|ask|sink --port=N [--host=NAME] [--path=/P] [--visitors=N] [--seconds=S]
//            [--rate=N] [--count=N] [--sink=PORT]
// One thread, loopback only. tests/bench/README.md says what is measured with it.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include <getopt.h>

#include "tests/bench/load/loads.h"
#include "tests/bench/load/sockets.h"

using namespace kite::bench;

namespace {

constexpr int mostVisitors = 1000;
constexpr double longest = 300; ///< seconds

bool readOptions(int argc, char **argv, Plan &plan)
{
    const option names[] = {{"port", required_argument, nullptr, 'p'},
                            {"host", required_argument, nullptr, 'h'},
                            {"path", required_argument, nullptr, 'u'},
                            {"visitors", required_argument, nullptr, 'v'},
                            {"seconds", required_argument, nullptr, 's'},
                            {"rate", required_argument, nullptr, 'r'},
                            {"count", required_argument, nullptr, 'c'},
                            {"sink", required_argument, nullptr, 'k'},
                            {nullptr, 0, nullptr, 0}};
    for (int name = 0; (name = ::getopt_long(argc, argv, "", names, nullptr)) != -1;) {
        switch (name) {
        case 'p':
            plan.port = static_cast<std::uint16_t>(std::atoi(::optarg));
            break;
        case 'h':
            plan.host = ::optarg;
            break;
        case 'u':
            plan.path = ::optarg;
            break;
        case 'v':
            plan.visitors = std::atoi(::optarg);
            break;
        case 's':
            plan.seconds = std::atof(::optarg);
            break;
        case 'r':
            plan.rate = std::atof(::optarg);
            break;
        case 'c':
            plan.count = std::atoi(::optarg);
            break;
        case 'k':
            plan.sinkPort = static_cast<std::uint16_t>(std::atoi(::optarg));
            break;
        default:
            return false;
        }
    }
    return plan.port != 0 && plan.visitors <= mostVisitors && plan.seconds <= longest
        && plan.rate > 0;
}

} // namespace

int main(int argc, char **argv)
{
    Plan plan;
    if (argc < 2 || !readOptions(argc - 1, argv + 1, plan)) {
        std::fputs("bench_load get|put|paced|ask|sink --port=N ...: see its source\n", stderr);
        return 2;
    }
    raiseOpenFiles();
    std::signal(SIGPIPE, SIG_IGN); // sendfile() has no other way to hear of a closed socket quietly
    const std::string_view verb = argv[1];
    if (verb == "get")
        return bulkDown(plan);
    if (verb == "put")
        return bulkUp(plan);
    if (verb == "paced")
        return paced(plan);
    if (verb == "ask")
        return ask(plan);
    if (verb == "sink")
        sink(plan.port);
    std::fprintf(stderr, "bench_load: what is '%s'?\n", argv[1]);
    return 2;
}
