/* proxy.h - the header of the PROXY protocol, versions 1 and 2, by which a proxy tells who its client is.
 *
 * It comes first on a connection, before the greeting: a host takes it off what it has read, and only then
 * makes a session and calls ehlo_server_start(); behind it come the client's own octets.
 *
 * Whoever may send a header may claim any address.  So expect one where the host is configured to, from
 * proxies that it trusts, and there always; never guess whether one is there, which the document forbids.
 * Where it does not come within a few seconds, or something else comes, close without a word.
 *
 * The document is HAProxy's "The PROXY protocol, Versions 1 & 2" (doc/proxy-protocol.txt).
 */
#ifndef EHLO_PROXY_H
#define EHLO_PROXY_H

#include "base.h"

EHLO_BEGIN

typedef enum ehlo_proxy_family {
    EHLO_PROXY_NONE = 0, /* the header tells no addresses: the connection's own are right */
    EHLO_PROXY_IPV4 = 1,
    EHLO_PROXY_IPV6 = 2,
    EHLO_PROXY_UNIX = 3
} ehlo_proxy_family;

typedef enum ehlo_proxy_transport {
    EHLO_PROXY_UNSPECIFIED = 0, /* with EHLO_PROXY_NONE, and only there */
    EHLO_PROXY_STREAM = 1,
    EHLO_PROXY_DATAGRAM = 2
} ehlo_proxy_transport;

/* A header.  The texts are views into what was parsed. */
typedef struct ehlo_proxy {
    ehlo_text source_path;      /* EHLO_PROXY_UNIX: the 108 octets up to their first NUL; so a socket */
    ehlo_text destination_path; /* that has no name in the file system has none here */
    ehlo_text tlvs;             /* version 2: what follows the addresses, for ehlo_proxy_tlv_next() */
    uint16_t source_port;
    uint16_t destination_port;
    uint8_t source[16];      /* the client: IPv4 in the first 4 octets, or IPv6, in network order */
    uint8_t destination[16]; /* what it connected to, likewise */
    uint8_t version;         /* 1 or 2 */
    uint8_t local;           /* 1: LOCAL: the proxy is the client, as for a health check */
    uint8_t family;          /* ehlo_proxy_family; EHLO_PROXY_NONE for LOCAL, UNKNOWN and UNSPEC */
    uint8_t transport;       /* ehlo_proxy_transport */
} ehlo_proxy;

/* Looks for a header at the start of `data`.  Returns the octets that it takes; 0 where more are needed:
 * show these again, with more; or EHLO_INVALID where this starts no header, as soon as that can be told (but
 * version 1's addresses are read once their line is complete, as the document wants).  `out` counts only
 * where there is a header.
 *
 * Version 1 has at most 107 octets, version 2 as many as it says: at most 65,551, though senders are to
 * stay below 536.  Where 0 is returned for a full buffer, close.
 *
 * What the document does not have is refused, malformed TLVs included, and the checksum of
 * EHLO_PROXY_TLV_CRC32C is verified; but what follows LOCAL, UNKNOWN and UNSPEC is skipped unseen. */
EHLO_API int ehlo_proxy_parse(ehlo_proxy *out, const void *data, size_t size);

/* The registered types (document, section 2.2); EHLO_PROXY_TLV_SSL_x stand inside EHLO_PROXY_TLV_SSL. */
typedef enum ehlo_proxy_tlv_type {
    EHLO_PROXY_TLV_ALPN = 0x01,
    EHLO_PROXY_TLV_AUTHORITY = 0x02,
    EHLO_PROXY_TLV_CRC32C = 0x03,
    EHLO_PROXY_TLV_NOOP = 0x04,
    EHLO_PROXY_TLV_UNIQUE_ID = 0x05,
    EHLO_PROXY_TLV_SSL = 0x20, /* 5 octets, then TLVs */
    EHLO_PROXY_TLV_SSL_VERSION = 0x21,
    EHLO_PROXY_TLV_SSL_CN = 0x22,
    EHLO_PROXY_TLV_SSL_CIPHER = 0x23,
    EHLO_PROXY_TLV_SSL_SIG_ALG = 0x24,
    EHLO_PROXY_TLV_SSL_KEY_ALG = 0x25,
    EHLO_PROXY_TLV_SSL_GROUP = 0x26,
    EHLO_PROXY_TLV_SSL_SIG_SCHEME = 0x27,
    EHLO_PROXY_TLV_SSL_CLIENT_CERT = 0x28,
    EHLO_PROXY_TLV_NETNS = 0x30
} ehlo_proxy_tlv_type;

typedef struct ehlo_proxy_tlv {
    int type;        /* ehlo_proxy_tlv_type, or any other number from 0 to 255 */
    ehlo_text value; /* any octets, any number of them up to 65,535 */
} ehlo_proxy_tlv;

/* Takes the first TLV off `rest`: a header's `tlvs`, or what follows the 5 octets in EHLO_PROXY_TLV_SSL.
 * Returns 1; 0 where nothing is left; EHLO_INVALID where what is left is malformed, which a header's
 * `tlvs` never are.  With these two nothing has changed. */
EHLO_API int ehlo_proxy_tlv_next(ehlo_proxy_tlv *out, ehlo_text *rest);

EHLO_END

#endif
