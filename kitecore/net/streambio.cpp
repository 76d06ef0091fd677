#include "kitecore/net/streambio.h"

namespace kite::net {

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

int StreamBio::readBytes(BIO *bio, char *into, int size)
{
    auto *self = static_cast<StreamBio *>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    if (size <= 0)
        return 0;
    const Io io = self->m_stream->read(std::span(into, std::size_t(size)));
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
