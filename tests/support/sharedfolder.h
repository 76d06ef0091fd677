#pragma once

#include <filesystem>

#include <sys/stat.h>
#include <unistd.h>

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

namespace kite::test {

/// A folder for a share, with a neighbour that nobody must ever see: everything in it says
/// `outside`.
class SharedFolder
{
public:
    static constexpr char marker[] = "outside";

    SharedFolder()
    {
        QDir(m_home.path()).mkpath(QStringLiteral("site"));
        QDir(m_home.path()).mkpath(QStringLiteral("away"));
        writeTo(m_home.filePath(QStringLiteral("secret.txt")), marker);
        writeTo(m_home.filePath(QStringLiteral("away/secret.txt")), marker);
        writeTo(m_home.filePath(QStringLiteral("away/index.html")), marker);
        // readable by whoever the test becomes
        ::chmod(QFile::encodeName(m_home.path()).constData(), 0755);
    }

    /// Qt cannot remove names that are no UTF-8.
    ~SharedFolder() { std::filesystem::remove_all(bytes().toStdString()); }
    Q_DISABLE_COPY_MOVE(SharedFolder)

    QString path() const { return m_home.filePath(QStringLiteral("site")); }
    QString home() const { return m_home.path(); }
    QByteArray bytes() const { return QFile::encodeName(path()); }
    QByteArray file(const QByteArray &name) const { return bytes() + '/' + name; }

    /// Names as the system has them, in bytes: Qt would not let every name through.
    void write(const QByteArray &name, const QByteArray &content) const
    {
        if (const auto slash = name.lastIndexOf('/'); slash > 0)
            makeFolder(name.first(slash));
        QFile::remove(QFile::decodeName(file(name)));
        FILE *out = std::fopen(file(name).constData(), "wb");
        if (out == nullptr)
            qFatal("cannot write %s", name.constData());
        std::fwrite(content.constData(), 1, std::size_t(content.size()), out);
        std::fclose(out);
    }

    void makeFolder(const QByteArray &name) const
    {
        for (auto slash = name.indexOf('/'); slash > 0; slash = name.indexOf('/', slash + 1))
            ::mkdir(file(name.first(slash)).constData(), 0755);
        ::mkdir(file(name).constData(), 0755);
    }

    void link(const QByteArray &name, const QByteArray &target) const
    {
        if (::symlink(target.constData(), file(name).constData()) != 0)
            qFatal("cannot link %s", name.constData());
    }

private:
    static void writeTo(const QString &path, const QByteArray &content)
    {
        QFile out(path);
        if (!out.open(QIODevice::WriteOnly) || out.write(content) != content.size())
            qFatal("cannot write %s", qPrintable(path));
    }

    QTemporaryDir m_home;
};

} // namespace kite::test
