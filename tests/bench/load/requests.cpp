#include <algorithm>
#include <cstdio>
#include <memory>
#include <vector>

#include <poll.h>
#include <sys/socket.h>

#include "tests/bench/load/loads.h"
#include "tests/bench/load/messages.h"
#include "tests/bench/load/sockets.h"

namespace kite::bench {

namespace {

constexpr double patience = 10; ///< seconds for the last answers
constexpr int patienceMs = 10'000;

/// What one small exchange has come to.
enum class Progress { UnderWay, Answered, Failed };

/// Sends one small request on a new connection and reads the whole answer.
class Exchange
{
public:
    Exchange(const Plan &plan, Mode mode) : m_plan(plan), m_socket(dial(plan.port, mode)) {}

    const Descriptor &socket() const { return m_socket; }

    Progress send()
    {
        const std::string request = getRequest(m_plan.host, m_plan.path, After::Close);
        const auto sent = ::send(m_socket.get(), request.data(), request.size(), MSG_NOSIGNAL);
        return sent == static_cast<ssize_t>(request.size()) ? Progress::UnderWay : Progress::Failed;
    }

    Progress receive()
    {
        if (const Arrival arrival = receiveHead(m_socket, m_reader); arrival != Arrival::Whole)
            return arrival == Arrival::UnderWay ? Progress::UnderWay : Progress::Failed;
        const auto length = m_reader.contentLength();
        if (!m_reader.isOk() || !length)
            return Progress::Failed;
        return m_reader.early() >= *length ? Progress::Answered : Progress::UnderWay;
    }

private:
    const Plan &m_plan;
    Descriptor m_socket;
    HeadReader m_reader;
};

/// Prints what became of the requests. Times in seconds.
void report(std::vector<double> times, int failed, int unanswered)
{
    std::printf("{\"requests\": %zu, \"errors\": %d, \"unanswered\": %d", times.size(), failed,
                unanswered);
    std::sort(times.begin(), times.end());
    const auto print = [&times](const char *name, double share) {
        const auto at = static_cast<std::size_t>(share * static_cast<double>(times.size()));
        std::printf(", \"%s_ms\": %.4f", name, times[std::min(at, times.size() - 1)] * 1e3);
    };
    if (!times.empty()) {
        print("p50", 0.5);
        print("p90", 0.9);
        print("p99", 0.99);
        print("max", 1);
    }
    std::printf("}\n");
}

/// Small requests begun at a fixed rate.
class Pacer
{
public:
    explicit Pacer(const Plan &plan) : m_plan(plan), m_begun(now() + 0.01) {}

    void run()
    {
        const int total = static_cast<int>(m_plan.rate * m_plan.seconds);
        const double end = m_begun + m_plan.seconds + patience;
        while ((m_started < total || m_open > 0) && now() < end) {
            const double next = m_started < total ? std::max(0.0, due(m_started) - now()) : 0.05;
            for (const epoll_event &event : m_epoll.wait(next))
                advance(*static_cast<Request *>(event.data.ptr));
            while (m_started < total && now() >= due(m_started))
                start();
        }
        report(m_times, m_failed, m_open);
    }

private:
    struct Request
    {
        Exchange exchange;
        double due;
        bool sent = false;
    };

    double due(int number) const { return m_begun + number / m_plan.rate; }

    void start()
    {
        const double when = due(m_started++);
        auto request
            = std::make_unique<Request>(Request {Exchange(m_plan, Mode::NonBlocking), when});
        if (!request->exchange.socket().isOpen()) {
            ++m_failed;
            return;
        }
        m_epoll.add(request->exchange.socket(), EPOLLOUT, request.get());
        m_requests.push_back(std::move(request));
        ++m_open;
    }

    void advance(Request &request)
    {
        Progress progress = Progress::UnderWay;
        if (request.sent) {
            progress = request.exchange.receive();
        } else {
            progress = request.exchange.send();
            request.sent = true;
            if (progress == Progress::UnderWay)
                m_epoll.change(request.exchange.socket(), EPOLLIN, &request);
        }
        if (progress == Progress::UnderWay)
            return;
        if (progress == Progress::Answered)
            m_times.push_back(now() - request.due);
        else
            ++m_failed;
        --m_open;
        std::erase_if(m_requests, [&request](const auto &one) { return one.get() == &request; });
    }

    const Plan &m_plan;
    double m_begun;
    Epoll m_epoll;
    std::vector<std::unique_ptr<Request>> m_requests; ///< under way
    std::vector<double> m_times;
    int m_started = 0;
    int m_open = 0;
    int m_failed = 0;
};

bool exchangeWhole(const Plan &plan)
{
    Exchange exchange(plan, Mode::Blocking);
    if (!exchange.socket().isOpen() || exchange.send() == Progress::Failed)
        return false;
    pollfd readable {exchange.socket().get(), POLLIN, 0};
    Progress progress = Progress::UnderWay;
    while (progress == Progress::UnderWay && ::poll(&readable, 1, patienceMs) > 0)
        progress = exchange.receive();
    return progress == Progress::Answered;
}

} // namespace

int paced(const Plan &plan)
{
    Pacer(plan).run();
    return 0;
}

int ask(const Plan &plan)
{
    std::vector<double> times;
    int failed = 0;
    for (int i = 0; i < plan.count; ++i) {
        const double begun = now();
        if (exchangeWhole(plan))
            times.push_back(now() - begun);
        else
            ++failed;
    }
    report(std::move(times), failed, 0);
    return 0;
}

} // namespace kite::bench
