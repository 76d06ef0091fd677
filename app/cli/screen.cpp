#include "app/cli/screen.h"

#include <algorithm>
#include <array>
#include <mutex>

#include "app/cli/screenwrite.h"

namespace kite::cli {

namespace {

class Screen
{
    Q_DISABLE_COPY_MOVE(Screen)

public:
    explicit Screen(std::FILE *file) : m_file(file) {}
    ~Screen() = default;

    bool is(const std::FILE *file) const { return file == m_file; }

    void write(const QByteArray &whole)
    {
        const std::lock_guard guard(m_lock);
        if (m_waiting.size() + whole.size() > maxWaitingBytes) {
            ++m_lost;
            return;
        }
        m_waiting += whole;
        sendSome(std::chrono::milliseconds(0));
    }

    void send(std::chrono::milliseconds patience)
    {
        const std::lock_guard guard(m_lock);
        sendSome(patience);
    }

    bool waits()
    {
        const std::lock_guard guard(m_lock);
        return !m_waiting.isEmpty();
    }

    qsizetype takeLost()
    {
        const std::lock_guard guard(m_lock);
        return std::exchange(m_lost, 0);
    }

private:
    void sendSome(std::chrono::milliseconds patience)
    {
        while (!m_waiting.isEmpty()) {
            const auto written = writeWithoutWaiting(m_file, m_waiting, patience);
            if (!written) // nobody will ever read it
                m_waiting.clear();
            else if (*written == 0)
                return;
            else
                m_waiting.remove(0, *written);
        }
    }

    std::FILE *const m_file;
    std::mutex m_lock;
    QByteArray m_waiting;
    qsizetype m_lost = 0;
};

std::array<Screen, 2> &screens()
{
    static std::array<Screen, 2> both {Screen(stdout), Screen(stderr)};
    return both;
}

} // namespace

void writeLine(std::FILE *to, const QByteArray &line)
{
    const QByteArray whole = line + '\n';
    for (Screen &screen : screens()) {
        if (screen.is(to))
            return screen.write(whole);
    }
    std::fwrite(whole.constData(), 1, size_t(whole.size()), to);
    std::fflush(to);
}

bool linesWait()
{
    return std::ranges::any_of(screens(), &Screen::waits);
}

void sendWaitingLines()
{
    for (Screen &screen : screens())
        screen.send(std::chrono::milliseconds(0));
}

qsizetype takeLostLines()
{
    qsizetype lost = 0;
    for (Screen &screen : screens())
        lost += screen.takeLost();
    return lost;
}

void finishLines(std::chrono::milliseconds atMost)
{
    for (Screen &screen : screens())
        screen.send(atMost);
}

} // namespace kite::cli
