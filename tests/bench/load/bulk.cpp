// Body bytes are thrown away inside the kernel (MSG_TRUNC) and sent from a file (sendfile), so that
// the load takes little of the processors that the measured programs need.
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <vector>

#include <sys/sendfile.h>
#include <sys/socket.h>

#include "tests/bench/load/loads.h"
#include "tests/bench/load/messages.h"
#include "tests/bench/load/sockets.h"

namespace kite::bench {

namespace {

constexpr std::int64_t turn = 1 << 20;       ///< bytes until the next visitor's turn
constexpr std::int64_t fileSize = 64 << 20;  ///< what uploads repeat
constexpr std::int64_t uploadSize = 1 << 30; ///< one request
constexpr int mostFailures = 1000;           ///< then the system counts as broken

enum class Direction { Down, Up };

/// What all visitors of a run share.
struct Run
{
    const Plan &plan;
    Direction direction;
    Descriptor file; ///< what is uploaded
    Epoll epoll;
    std::int64_t moved = 0; ///< bytes of bodies
    int answered = 0;
    int failed = 0;
    double firstByte = -1; ///< when, in seconds of now()
};

/// One connection that asks again and again.
class Visitor
{
public:
    explicit Visitor(Run &run) : m_run(run) { begin(); }

    void advance()
    {
        const bool fine = step();
        if (!fine) {
            ++m_run.failed;
            m_socket.close();
            if (m_run.failed < mostFailures)
                begin();
        }
    }

private:
    enum class State { Asking, Sending, Waiting, Reading };

    void begin()
    {
        m_socket = dial(m_run.plan.port, Mode::NonBlocking);
        m_state = State::Asking;
        if (m_socket.isOpen())
            m_run.epoll.add(m_socket, EPOLLOUT, this);
        else
            ++m_run.failed;
    }

    bool step()
    {
        switch (m_state) {
        case State::Asking:
            return sendHead();
        case State::Sending:
            return sendBody();
        case State::Waiting:
            return readHead();
        case State::Reading:
            return readBody();
        }
        return false;
    }

    bool sendHead()
    {
        const bool up = m_run.direction == Direction::Up;
        const Plan &plan = m_run.plan;
        const std::string head = up ? uploadHead(plan.host, plan.path, uploadSize)
                                    : getRequest(plan.host, plan.path, After::KeepOpen);
        const auto sent = ::send(m_socket.get(), head.data(), head.size(), MSG_NOSIGNAL);
        if (sent != static_cast<ssize_t>(head.size()))
            return false;
        m_left = up ? uploadSize : 0;
        m_reader.clear();
        enter(up ? State::Sending : State::Waiting);
        return true;
    }

    bool sendBody()
    {
        if (m_offset >= fileSize)
            m_offset = 0;
        const auto most = std::min({m_left, fileSize - m_offset, turn});
        const auto sent = ::sendfile(m_socket.get(), m_run.file.get(), &m_offset,
                                     static_cast<std::size_t>(most));
        if (sent < 0)
            return errno == EAGAIN;
        m_left -= sent;
        count(sent);
        if (m_left == 0)
            enter(State::Waiting);
        return true;
    }

    bool readHead()
    {
        if (const Arrival arrival = receiveHead(m_socket, m_reader); arrival != Arrival::Whole)
            return arrival == Arrival::UnderWay;
        const auto length = m_reader.contentLength();
        if (!m_reader.isOk() || !length || *length < m_reader.early())
            return false;
        m_left = *length - m_reader.early();
        if (m_run.direction == Direction::Down)
            count(m_reader.early());
        enter(State::Reading);
        return m_left > 0 || finish();
    }

    bool readBody()
    {
        const auto most = static_cast<std::size_t>(std::min(m_left, turn));
        const auto got = ::recv(m_socket.get(), nullptr, most, MSG_TRUNC);
        if (got <= 0)
            return got < 0 && errno == EAGAIN;
        m_left -= got;
        if (m_run.direction == Direction::Down)
            count(got);
        return m_left > 0 || finish();
    }

    bool finish()
    {
        ++m_run.answered;
        enter(State::Asking);
        return true;
    }

    void count(std::int64_t bytes)
    {
        if (m_run.firstByte < 0)
            m_run.firstByte = now();
        m_run.moved += bytes;
    }

    void enter(State state)
    {
        m_state = state;
        const bool writes = state == State::Asking || state == State::Sending;
        m_run.epoll.change(m_socket, writes ? EPOLLOUT : EPOLLIN, this);
    }

    Run &m_run;
    Descriptor m_socket;
    State m_state = State::Asking;
    HeadReader m_reader;
    std::int64_t m_left = 0; ///< of the body under way
    off_t m_offset = 0;      ///< in the uploaded file
};

/// Bytes that have reached the sink.
std::int64_t countOf(std::uint16_t sinkPort)
{
    const Descriptor socket = dial(sinkPort, Mode::Blocking);
    const std::string request = getRequest("sink", "/count", After::Close);
    if (!socket.isOpen() || ::send(socket.get(), request.data(), request.size(), MSG_NOSIGNAL) < 0)
        fail("sink");
    std::string text;
    char part[1024];
    for (ssize_t got = 0; (got = ::recv(socket.get(), part, sizeof part, 0)) > 0;)
        text.append(part, static_cast<std::size_t>(got));
    const auto body = text.find("\r\n\r\n");
    return body == text.npos ? 0 : std::atoll(text.c_str() + body + 4);
}

int bulk(const Plan &plan, Direction direction)
{
    const bool up = direction == Direction::Up;
    const bool sinkCounts = up && plan.sinkPort != 0;
    Run run {plan, direction, up ? randomFile(fileSize) : Descriptor(), {}};
    const std::int64_t before = sinkCounts ? countOf(plan.sinkPort) : 0;

    const double begun = now();
    std::vector<std::unique_ptr<Visitor>> visitors;
    for (int i = 0; i < plan.visitors; ++i)
        visitors.push_back(std::make_unique<Visitor>(run));
    const double end = begun + plan.seconds;
    while (now() < end && run.failed < mostFailures) {
        for (const epoll_event &event : run.epoll.wait(0.02))
            static_cast<Visitor *>(event.data.ptr)->advance();
    }
    if (sinkCounts)
        run.moved = countOf(plan.sinkPort) - before;
    const double took = now() - begun;

    std::printf("{\"bytes\": %lld, \"seconds\": %.4f, \"first_byte_ms\": %.3f, \"answered\": %d, "
                "\"errors\": %d}\n",
                static_cast<long long>(run.moved), took,
                run.firstByte < 0 ? -1 : (run.firstByte - begun) * 1e3, run.answered, run.failed);
    return 0;
}

} // namespace

int bulkDown(const Plan &plan)
{
    return bulk(plan, Direction::Down);
}

int bulkUp(const Plan &plan)
{
    return bulk(plan, Direction::Up);
}

} // namespace kite::bench
