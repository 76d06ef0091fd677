#pragma once

#include <initializer_list>
#include <utility>

#include <QMap>

#include "kitecore/http/pages.h"

namespace kite::http {

/// Addresses of pages to show around our away pages (`--errorurl`), by domain; without one: for all
/// others.
using OwnPages = QMap<QByteArray, QByteArray>;

/// Something to tell such a page; left out if the value is empty.
using PageDetail = std::pair<QByteArrayView, QByteArrayView>;

/// The address of the page for the longest domain that `host` is, or lies below; empty: there is
/// none. Who says it, protocol, host and `more` are appended only where the address asks for some:
/// has a query (PROTOCOL.md 13.1).
QByteArray ownPageFor(const OwnPages &pages, AwaySide side, QByteArrayView protocol,
                      const QByteArray &host, std::initializer_list<PageDetail> more = {});

} // namespace kite::http
