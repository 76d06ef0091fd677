#include "kitecore/net/streambio.h"

#include <algorithm>
#include <cstring>
#include <vector>

namespace kite::net {

namespace {

constexpr qsizetype recordBytes = 17 * 1024;   ///< at most, with its wrapping (RFC 8446, 5.2)
constexpr qsizetype scratchBytes = 128 * 1024; ///< several records by one read
/// Of what waits to be written: whoever lets so much wait and goes on sending has us answer and
/// takes no answer. Our own writers stop at half of it.
constexpr qsizetype maxUnsentBytes = 512 * 1024;

/// Shared by all streams of a thread, nothing stays in them past a read. One is enough but where
/// TLS runs inside TLS (through an https proxy).
std::vector<std::unique_ptr<char[]>> &spareBuffers()
{
    static thread_local std::vector<std::unique_ptr<char[]>> spare;
    return spare;
}

std::unique_ptr<char[]> takeBuffer()
{
    auto &spare = spareBuffers();
    if (spare.empty())
        return std::unique_ptr<char[]>(new char[scratchBytes]);
    auto buffer = std::move(spare.back());
    spare.pop_back();
    return buffer;
}

} // namespace

const BIO_METHOD *StreamBio::method()
{
    static const BIO_METHOD *const made = [] {
        auto *fresh = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "byte stream");
        BIO_meth_set_read(fresh, readBytes);
        BIO_meth_set_write(fresh, writeBytes);
        BIO_meth_set_ctrl(fresh, control);
        return fresh;
    }();
    return made;
}

StreamBio::StreamBio(std::unique_ptr<ByteStream> stream)
    : m_stream(std::move(stream))
    , m_bio(BIO_new(method()))
{
    BIO_set_data(m_bio, this);
    BIO_set_init(m_bio, 1);
}

StreamBio::~StreamBio()
{
    BIO_free(m_bio);
}

BIO *StreamBio::reference() const
{
    BIO_up_ref(m_bio);
    return m_bio;
}

Io::Status StreamBio::flush()
{
    while (!m_queue.isEmpty()) {
        const Io io = m_stream->write(m_queue.front());
        if (io.status == Io::Status::Moved) {
            m_queue.take(io.bytes);
            continue;
        }
        if (io.status != Io::Status::Blocked)
            m_queue.clear();
        return io.status;
    }
    return Io::Status::Moved;
}

void StreamBio::beginReading(qsizetype bytes)
{
    m_buffer = takeBuffer();
    m_scratch = {m_buffer.get(), std::size_t(std::clamp(bytes, recordBytes, scratchBytes))};
}

void StreamBio::endReading()
{
    m_kept.append(std::exchange(m_ahead, {}));
    m_scratch = {};
    spareBuffers().push_back(std::move(m_buffer));
}

Io StreamBio::read(std::span<char> into)
{
    if (!hasReadAhead()) {
        const Io io = readAhead();
        if (io.status != Io::Status::Moved)
            return io;
    }
    const QByteArrayView from = m_kept.isEmpty() ? m_ahead : m_kept.front();
    const auto bytes = std::min(from.size(), qsizetype(into.size()));
    std::memcpy(into.data(), from.data(), std::size_t(bytes));
    if (m_kept.isEmpty())
        m_ahead = m_ahead.sliced(bytes);
    else
        m_kept.take(bytes);
    return Io::moved(bytes);
}

Io StreamBio::readAhead()
{
    if (m_queue.size() > maxUnsentBytes)
        return Io::failed();
    const bool willTell = m_stream->interest().read;
    if ((m_isDry && willTell) || m_scratch.empty())
        return Io::blocked();
    const Io io = m_stream->read(m_scratch);
    if (io.status != Io::Status::Moved)
        return io;
    m_ahead = QByteArrayView(m_scratch.data(), io.bytes);
    // A socket that gave less has no more. It will tell.
    m_isDry = io.bytes < qsizetype(m_scratch.size()) && m_stream->plainSocket() != noSocket;
    return io;
}

int StreamBio::readBytes(BIO *bio, char *into, int size)
{
    auto *self = static_cast<StreamBio *>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    if (size <= 0)
        return 0;
    const Io io = self->read(std::span(into, std::size_t(size)));
    switch (io.status) {
    case Io::Status::Moved:
        return int(io.bytes);
    case Io::Status::Blocked:
        BIO_set_retry_read(bio);
        return -1;
    case Io::Status::Ended:
        self->m_ended = true;
        return 0;
    case Io::Status::Failed:
        break;
    }
    return -1;
}

int StreamBio::writeBytes(BIO *bio, const char *bytes, int size)
{
    BIO_clear_retry_flags(bio);
    static_cast<StreamBio *>(BIO_get_data(bio))->m_queue.append(QByteArrayView(bytes, size));
    return size;
}

long StreamBio::control(BIO *bio, int command, long number, void *pointer)
{
    Q_UNUSED(number)
    Q_UNUSED(pointer)
    switch (command) {
    case BIO_CTRL_FLUSH:
        return 1; // our owner decides when
    case BIO_CTRL_EOF:
        return static_cast<StreamBio *>(BIO_get_data(bio))->m_ended ? 1 : 0;
    default:
        return 0;
    }
}

} // namespace kite::net
