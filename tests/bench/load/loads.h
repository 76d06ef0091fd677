#pragma once

#include <cstdint>
#include <string>

/// The loads that bench_load can be. Each prints one JSON object on a line and gives the exit code.
namespace kite::bench {

/// What to visit, and how hard.
struct Plan
{
    std::uint16_t port = 0;
    std::string host = "bench.test";
    std::string path = "/";
    int visitors = 1;
    double seconds = 1;
    double rate = 100;          ///< requests a second (paced)
    int count = 1;              ///< requests (ask)
    std::uint16_t sinkPort = 0; ///< of the sink that counts what was sent (put); 0: count here
};

/// Bulk: each visitor asks anew as soon as it has been answered. One that fails begins again.
int bulkDown(const Plan &plan);
int bulkUp(const Plan &plan);

/// Small requests on new connections, begun at a fixed rate no matter how slow the answers are;
/// times count from when a request was due.
int paced(const Plan &plan);
/// Small requests on new connections, one after the other.
int ask(const Plan &plan);

/// A server that throws uploads away and tells at `GET /count` how many bytes came. Never returns.
[[noreturn]] void sink(std::uint16_t port);

} // namespace kite::bench
