#include "kitecore/net/streams.h"

#include <algorithm>
#include <array>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "kitecore/base/logging.h"
#include "kitecore/net/loop.h"
#include "kitecore/net/streambio.h"

namespace kite::net {

namespace {

constexpr std::chrono::seconds handshakeTimeout {20};
constexpr qsizetype handshakeBytes = 16 * 1024;  ///< to be read at once
constexpr qsizetype recordBytes = 16 * 1024;     ///< largest plain text (RFC 8446, 5.1)
constexpr qsizetype flushBytes = 64 * 1024;      ///< sent at once, else at the end of the round
constexpr qsizetype wrappingBytes = 64;          ///< around a record, rounded up
constexpr qsizetype maxQueuedBytes = 256 * 1024; ///< encrypted, not taken by the stream below

struct FreeSsl
{
    void operator()(SSL *ssl) const { SSL_free(ssl); }
};
using Ssl = std::unique_ptr<SSL, FreeSsl>;

struct Verdict
{
    TlsError error = TlsError::None;
    QString detail;
};

/// Reads OpenSSL's reasons after a handshake failed.
Verdict verdictOf(const SSL *ssl, bool streamEnded)
{
    if (const auto reason = tls::untrustedReason(ssl))
        return {TlsError::Untrusted, *reason};
    const auto first = ERR_peek_error();
    const char *text = ERR_reason_error_string(first);
    if (ERR_GET_LIB(first) == ERR_LIB_SSL && ERR_GET_REASON(first) > SSL_AD_REASON_OFFSET)
        return {TlsError::Refused, QString::fromLatin1(text)};
    if (streamEnded)
        return {TlsError::Broken, QStringLiteral("closed during the handshake")};
    if (text == nullptr)
        return {TlsError::Broken, QStringLiteral("connection lost")};
    return {TlsError::Broken, QString::fromLatin1(text)};
}

/// Cuts what is written into records: small parts share one, large ones are not copied.
class RecordWriter
{
public:
    // What is gathered stays unset.  NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init)
    explicit RecordWriter(SSL *ssl) : m_ssl(ssl) {}

    enum class Place : quint8 { Between, Last };

    /// @return false if TLS is broken.
    bool add(QByteArrayView part, Place place)
    {
        while (!part.isEmpty() && m_works) {
            if (m_used == 0 && (part.size() >= recordBytes || place == Place::Last)) {
                const auto rest = place == Place::Last ? 0 : part.size() % recordBytes;
                const auto whole = part.size() - rest;
                encrypt(part.first(whole));
                part = part.sliced(whole);
                continue;
            }
            const auto fits = std::min(part.size(), recordBytes - m_used);
            std::copy_n(part.data(), fits, m_gathered.data() + m_used);
            m_used += fits;
            part = part.sliced(fits);
            if (m_used == recordBytes)
                finish();
        }
        return m_works;
    }

    bool finish()
    {
        if (const auto bytes = std::exchange(m_used, 0); bytes > 0)
            encrypt({m_gathered.data(), bytes});
        return m_works;
    }

private:
    void encrypt(QByteArrayView bytes)
    {
        std::size_t written = 0; // all: partial writes are off, and StreamBio never blocks
        m_works = m_works
            && SSL_write_ex(m_ssl, bytes.data(), std::size_t(bytes.size()), &written) == 1;
    }

    SSL *m_ssl;
    std::array<char, recordBytes> m_gathered;
    qsizetype m_used = 0;
    bool m_works = true;
};

class TlsStream final : public ByteStream, private StreamUser, private Watcher, private RoundEnd
{
public:
    TlsStream(Loop &loop, std::unique_ptr<ByteStream> lower, const tls::Context &context,
              TlsDone done);
    ~TlsStream() override;

    void connectAs(const QByteArray &serverName);
    void accept() { SSL_set_accept_state(m_ssl.get()); }

    using ByteStream::write;
    Io write(std::span<const QByteArrayView> parts) override;
    qsizetype writeRoom() const override;
    qsizetype queuedBytes() const override;
    void shutdownWrite() override;
    bool hasHungUp() const override { return lower().hasHungUp(); }
    Peer peer() const override { return lower().peer(); }

    void detach() override;
    void attach(Loop &loop) override;
    bool isMovable() const override { return lower().isMovable(); }

private:
    enum class State : quint8 {
        Handshake,
        Open,
        Broken, ///< neither reading nor writing goes on
    };

    Io readSome(std::span<char> into) override;
    void interestChanged() override;
    void wakeUser(Readiness readiness) override { m_loop->poller().wake(this, readiness); }

    void streamReady(ByteStream &stream, Readiness readiness) override;
    void ready(Readiness readiness) override;
    void roundEnded() override { flush(); }

    ByteStream &lower() const { return m_bio.stream(); }
    bool isDrained() const { return SSL_has_pending(m_ssl.get()) == 0 && !m_bio.hasReadAhead(); }
    bool sinkIsGone() const { return m_sink == Io::Status::Ended || m_sink == Io::Status::Failed; }
    void handshake();
    void handshakeEnded(TlsError error, const QString &detail);
    void readStopped(int result);
    void flush();
    void flushSoon();
    Readiness state() const;
    void rearm();
    void updateLower();
    void leaveLoop();

    Loop *m_loop;
    StreamBio m_bio;
    Ssl m_ssl; ///< goes before what it reads from
    TlsDone m_done;
    Deadlines::Token m_deadline;
    State m_state = State::Handshake;
    Io::Status m_sink = Io::Status::Moved; ///< Ended, Failed: the stream below takes no more
    bool m_ended = false;                  ///< nothing more to read
    bool m_drained = false; ///< nothing to decrypt before the stream below is ready again
    bool m_shut = false;
    bool m_lowerShut = false;
};

TlsStream::TlsStream(Loop &loop, std::unique_ptr<ByteStream> lower, const tls::Context &context,
                     TlsDone done)
    : m_loop(&loop)
    , m_bio(std::move(lower))
    , m_ssl(SSL_new(context.get()))
    , m_done(std::move(done))
{
    SSL *ssl = m_ssl.get();
    Q_CHECK_PTR(ssl);
    BIO *bio = m_bio.reference(); // used both ways, it counts once
    SSL_set_bio(ssl, bio, bio);
    SSL_set_mode(ssl, SSL_MODE_RELEASE_BUFFERS);
    // With a BIO of our own, a partial write would lose what was not yet encrypted.
    SSL_clear_mode(ssl, SSL_MODE_ENABLE_PARTIAL_WRITE);
    SSL_set_options(ssl, SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_set_read_ahead(ssl, 0); // StreamBio does
    this->lower().setUser(this);
    m_deadline = m_loop->deadlines().after(handshakeTimeout, [this] {
        handshakeEnded(TlsError::Broken, QStringLiteral("no handshake in time"));
    });
    updateLower();
    m_loop->poller().wake(this, {.read = true}); // begins, and never from inside the maker
}

TlsStream::~TlsStream()
{
    lower().setUser(nullptr);
    if (m_loop == nullptr)
        return;
    leaveLoop();
    if (m_state == State::Open && !m_shut)
        SSL_shutdown(m_ssl.get());
    m_bio.flush(); // what can go at once; who needs more waits for queuedBytes()
}

void TlsStream::connectAs(const QByteArray &serverName)
{
    SSL_set_connect_state(m_ssl.get());
    if (!serverName.isEmpty())
        SSL_set_tlsext_host_name(m_ssl.get(), serverName.constData());
}

void TlsStream::handshake()
{
    ERR_clear_error();
    m_bio.beginReading(handshakeBytes);
    const int result = SSL_do_handshake(m_ssl.get());
    m_bio.endReading();
    const int error = SSL_get_error(m_ssl.get(), result);
    const auto verdict = error == SSL_ERROR_NONE || error == SSL_ERROR_WANT_READ
        ? Verdict {}
        : verdictOf(m_ssl.get(), m_bio.hasEnded());
    flush();
    if (error != SSL_ERROR_WANT_READ)
        handshakeEnded(verdict.error, verdict.detail);
}

/// `this` may be gone afterwards.
void TlsStream::handshakeEnded(TlsError error, const QString &detail)
{
    m_deadline.cancel();
    m_state = error == TlsError::None ? State::Open : State::Broken;
    m_drained = isDrained();
    updateLower();
    rearm();
    const auto done = std::exchange(m_done, {});
    done(error, detail);
}

Io TlsStream::readSome(std::span<char> into)
{
    if (m_ended)
        return Io::ended();
    if (m_state != State::Open)
        return m_state == State::Broken ? Io::failed() : Io::blocked();
    ERR_clear_error();
    std::size_t total = 0;
    m_drained = false;
    m_bio.beginReading(qsizetype(into.size()));
    do {
        std::size_t bytes = 0;
        const int result
            = SSL_read_ex(m_ssl.get(), into.data() + total, into.size() - total, &bytes);
        if (result != 1) {
            readStopped(result);
            break;
        }
        total += bytes;
        m_drained = isDrained();
    } while (total < into.size() && !m_drained);
    m_bio.endReading();
    flushSoon(); // reading may answer: key updates, alerts
    rearm();
    if (total > 0)
        return Io::moved(qsizetype(total));
    if (m_ended)
        return Io::ended();
    return m_state == State::Broken ? Io::failed() : Io::blocked();
}

void TlsStream::readStopped(int result)
{
    switch (SSL_get_error(m_ssl.get(), result)) {
    case SSL_ERROR_WANT_READ:
        m_drained = true;
        break;
    case SSL_ERROR_ZERO_RETURN:
        // An end without close_notify may be an attacker's cut (RFC 8446, 6.1), but PageKite's own
        // programs and many servers end this way, and what links carry tells its ends itself.
        if (m_bio.hasEnded())
            qCDebug(lcNet) << "TLS ended without close_notify";
        m_ended = true;
        break;
    default:
        m_state = State::Broken;
        break;
    }
}

Io TlsStream::write(std::span<const QByteArrayView> parts)
{
    if (m_state == State::Broken || m_sink == Io::Status::Failed)
        return Io::failed();
    if (m_shut || m_sink == Io::Status::Ended)
        return Io::ended();
    ERR_clear_error();
    RecordWriter writer(m_ssl.get());
    qsizetype room = writeRoom();
    qsizetype taken = 0;
    qsizetype offered = 0;
    for (const auto part : parts)
        offered += part.size();
    if (const auto records = std::min(offered, room) / recordBytes; records > 0)
        m_bio.reserve((records + 1) * (recordBytes + wrappingBytes));
    for (const auto &part : parts) {
        const auto fits = part.first(std::min(part.size(), room));
        const bool isLast = &part == &parts.back();
        if (!writer.add(fits, isLast ? RecordWriter::Place::Last : RecordWriter::Place::Between))
            break;
        room -= fits.size();
        taken += fits.size();
    }
    if (!writer.finish()) {
        m_state = State::Broken;
        return Io::failed();
    }
    if (m_bio.queuedBytes() >= flushBytes)
        flush();
    else
        flushSoon();
    return taken == 0 && offered > 0 ? Io::blocked() : Io::moved(taken);
}

qsizetype TlsStream::writeRoom() const
{
    if (m_state == State::Handshake)
        return 0;
    if (m_state == State::Broken || sinkIsGone())
        return limits::readBytes;
    return std::max(maxQueuedBytes - m_bio.queuedBytes(), qsizetype(0));
}

qsizetype TlsStream::queuedBytes() const
{
    return m_bio.queuedBytes() + lower().queuedBytes();
}

void TlsStream::shutdownWrite()
{
    if (m_shut)
        return;
    m_shut = true;
    if (m_state == State::Open) {
        ERR_clear_error();
        SSL_shutdown(m_ssl.get()); // close_notify; reading goes on
    }
    flush();
}

void TlsStream::flush()
{
    m_loop->poller().cancelRoundEnd(this);
    if (sinkIsGone())
        m_bio.discard();
    else
        m_sink = m_bio.flush();
    if (m_shut && m_bio.queuedBytes() == 0 && !std::exchange(m_lowerShut, true))
        lower().shutdownWrite();
    updateLower();
    rearm();
}

void TlsStream::flushSoon()
{
    // While the stream below is full, its readiness comes first.
    if (m_bio.queuedBytes() > 0 && m_sink == Io::Status::Moved)
        m_loop->poller().atRoundEnd(this);
}

/// What the user could do now, without the stream below.
Readiness TlsStream::state() const
{
    if (m_state == State::Handshake)
        return {};
    const bool isSent = m_shut && queuedBytes() == 0;
    const bool fails = m_state == State::Broken;
    return {fails || m_ended || !m_drained || hasUnread(),
            fails || sinkIsGone() || isSent || (!m_shut && writeRoom() > 0)};
}

/// Level-triggered: a wake stands for as long as something wanted can be done.
void TlsStream::rearm()
{
    if (m_state == State::Handshake)
        return; // the only wake is the one that begins it
    const Readiness can = state();
    const Readiness due {can.read && interest().read, can.write && interest().write};
    if (due == Readiness {})
        m_loop->poller().cancelWake(this);
    else
        m_loop->poller().wake(this, due);
}

void TlsStream::updateLower()
{
    const bool reads
        = m_state == State::Handshake || (m_state == State::Open && interest().read && !m_ended);
    const bool writes = m_sink == Io::Status::Blocked || (m_lowerShut && lower().queuedBytes() > 0);
    lower().setInterest({reads, writes});
}

void TlsStream::interestChanged()
{
    updateLower();
    rearm();
}

void TlsStream::streamReady(ByteStream &stream, Readiness readiness)
{
    Q_UNUSED(stream)
    if (readiness.read)
        m_bio.becameReadable();
    if (readiness.write)
        flush();
    if (m_state == State::Handshake)
        return handshake();
    const Readiness can = state();
    rearm(); // before the user is told: afterwards `this` may be gone
    tellUser({readiness.read || can.read, can.write});
}

void TlsStream::ready(Readiness readiness)
{
    Q_UNUSED(readiness)
    if (m_state == State::Handshake)
        return handshake();
    rearm();
    tellUser(state());
}

void TlsStream::detach()
{
    Q_ASSERT(m_state != State::Handshake);
    flush();
    dropUserAndInterest();
    leaveLoop();
    lower().detach();
    m_loop = nullptr;
}

void TlsStream::attach(Loop &loop)
{
    m_loop = &loop;
    lower().attach(loop);
    lower().setUser(this);
    updateLower();
}

void TlsStream::leaveLoop()
{
    m_deadline.cancel();
    m_loop->poller().cancelWake(this);
    m_loop->poller().cancelRoundEnd(this);
}

} // namespace

std::unique_ptr<ByteStream> tlsClient(Loop &loop, std::unique_ptr<ByteStream> lower,
                                      const tls::Context &context, const QByteArray &serverName,
                                      TlsDone done)
{
    auto stream = std::make_unique<TlsStream>(loop, std::move(lower), context, std::move(done));
    stream->connectAs(serverName);
    return stream;
}

std::unique_ptr<ByteStream> tlsServer(Loop &loop, std::unique_ptr<ByteStream> lower,
                                      const tls::Context &context, TlsDone done)
{
    auto stream = std::make_unique<TlsStream>(loop, std::move(lower), context, std::move(done));
    stream->accept();
    return stream;
}

} // namespace kite::net
