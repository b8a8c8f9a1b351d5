/* proxy.c - the header of the PROXY protocol: version 1, which is a line, and version 2, which is a block.
 *
 * The first octet tells the two apart, and either from everything else.  An octet that no header can have is
 * never waited behind, nor one that the header's own bound does not allow for.
 */
#include <string.h>

#include <ehlo/proxy.h>

#include "../text/ascii.h"
#include "../text/number.h"
#include "domain.h"

static const unsigned char signature[] = {'\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'};

enum { NEED_MORE = 0, THERE = 1 }; /* besides EHLO_INVALID */

/* Whether `data` starts with the octets of `word`, as far as can be told. */
static int starts_with(const unsigned char *data, size_t size, const void *word, size_t length)
{
    if (size > 0 && memcmp(data, word, size < length ? size : length) != 0)
        return EHLO_INVALID;
    return size < length ? NEED_MORE : THERE;
}

/* ---- version 1: document, section 2.1 --------------------------------------------------------- */

/* A port without zeros in front: octets taken, or 0. */
static size_t port_scan(uint16_t *port, const unsigned char *data, size_t size)
{
    uint64_t number = 0;
    size_t digits = 0;

    while (digits < size && digits < 5 && ehlo__is(data[digits], EHLO__DIGIT))
        digits++;
    if (ehlo__number_parse(&number, data, digits) != EHLO_OK || number > UINT16_MAX ||
        (digits > 1 && data[0] == '0'))
        return 0;
    *port = (uint16_t)number;
    return digits;
}

/* What follows "PROXY TCP4 " or "PROXY TCP6 ", up to CRLF: two addresses, two ports, a space between each. */
static int addresses_parse(ehlo_proxy *out, const unsigned char *data, size_t size)
{
    size_t at = 0, taken;

    for (int field = 0; field < 4; field++) {
        uint8_t *address = field == 0 ? out->source : out->destination;
        uint16_t *port = field == 2 ? &out->source_port : &out->destination_port;
        if (field > 0 && (at == size || data[at++] != ' '))
            return 0;
        taken = field >= 2                       ? port_scan(port, data + at, size - at)
                : out->family == EHLO_PROXY_IPV4 ? ehlo__ipv4_scan(address, data + at, size - at, 1)
                                                 : ehlo__ipv6_scan(address, data + at, size - at, 1);
        if (taken == 0)
            return 0;
        at += taken;
    }
    return at == size;
}

static int line_parse(ehlo_proxy *out, const unsigned char *data, size_t size)
{
    static const char words[][15] = {"PROXY UNKNOWN\r", "PROXY UNKNOWN ", "PROXY TCP4 ", "PROXY TCP6 "};
    static const uint8_t lengths[] = {14, 14, 11, 11};
    static const uint8_t families[] = {EHLO_PROXY_NONE, EHLO_PROXY_NONE, EHLO_PROXY_IPV4, EHLO_PROXY_IPV6};
    enum { WORDS = sizeof lengths, LONGEST = 107 - 2 };
    int status = EHLO_INVALID;
    size_t word = 0, end = 0;

    while (word < WORDS && (status = starts_with(data, size, words[word], lengths[word])) == EHLO_INVALID)
        word++;
    if (status != THERE)
        return status;
    while (end < size && end <= LONGEST && data[end] != '\r' && data[end] != '\n')
        end++;
    status = end > LONGEST ? EHLO_INVALID : starts_with(data + end, size - end, "\r\n", 2);
    if (status != THERE)
        return status;
    out->version = 1;
    out->family = families[word];
    if (out->family == EHLO_PROXY_NONE)
        return (int)end + 2;
    out->transport = EHLO_PROXY_STREAM;
    return addresses_parse(out, data + lengths[word], end - lengths[word]) ? (int)end + 2 : EHLO_INVALID;
}

/* ---- version 2: document, section 2.2 --------------------------------------------------------- */

enum { FIXED = 16, PATH = 108 }; /* octets before the addresses, and of an address of UNIX */

static uint16_t number_at(const unsigned char *data)
{
    return (uint16_t)(data[0] << 8 | data[1]);
}

int ehlo_proxy_tlv_next(ehlo_proxy_tlv *out, ehlo_text *rest)
{
    enum { HEAD = 3 };
    const unsigned char *octets = (const unsigned char *)rest->data;
    size_t size;

    if (rest->size == 0)
        return 0;
    if (rest->size < HEAD || rest->size - HEAD < (size = number_at(octets + 1)))
        return EHLO_INVALID;
    out->type = octets[0];
    out->value = (ehlo_text){rest->data + HEAD, size};
    *rest = (ehlo_text){rest->data + HEAD + size, rest->size - HEAD - size};
    return THERE;
}

/* CRC32c (RFC 4960 appendix B) of the header, with zeros where the checksum itself stands; in the order of
 * octets of the document's other numbers. */
static int checksum_holds(const unsigned char *data, size_t size, ehlo_text checksum)
{
    const unsigned char *field = (const unsigned char *)checksum.data;
    uint32_t sum = UINT32_MAX;

    if (checksum.size != 4)
        return 0;
    for (const unsigned char *at = data; at < data + size; at++) {
        sum ^= at < field || at >= field + 4 ? *at : 0;
        for (int bit = 0; bit < 8; bit++)
            sum = sum >> 1 ^ (sum & 1 ? 0x82f63b78 : 0);
    }
    return ~sum == ((uint32_t)number_at(field) << 16 | number_at(field + 2));
}

/* Whether the TLVs of a header are well-formed, and its checksum, if there is one, is right.  There are no
 * two: a header of nothing else would take time with the square of its length. */
static int tlvs_hold(const unsigned char *data, size_t size, ehlo_text tlvs)
{
    ehlo_text checksum = {NULL, 0};
    ehlo_proxy_tlv tlv;
    int status;

    while ((status = ehlo_proxy_tlv_next(&tlv, &tlvs)) == THERE) {
        if (tlv.type == EHLO_PROXY_TLV_CRC32C && checksum.data != NULL)
            return 0;
        if (tlv.type == EHLO_PROXY_TLV_CRC32C)
            checksum = tlv.value;
    }
    return status == 0 && (checksum.data == NULL || checksum_holds(data, size, checksum));
}

/* A path of UNIX: up to its first NUL. */
static ehlo_text path_at(const unsigned char *data)
{
    size_t size = 0;

    while (size < PATH && data[size] != 0)
        size++;
    return (ehlo_text){(const char *)data, size};
}

/* The addresses at `data`, of the family that is set. */
static void addresses_read(ehlo_proxy *out, const unsigned char *data)
{
    size_t size = out->family == EHLO_PROXY_IPV4 ? 4 : 16;

    if (out->family == EHLO_PROXY_UNIX) {
        out->source_path = path_at(data);
        out->destination_path = path_at(data + PATH);
        return;
    }
    memcpy(out->source, data, size);
    memcpy(out->destination, data + size, size);
    out->source_port = number_at(data + 2 * size);
    out->destination_port = number_at(data + 2 * size + 2);
}

static int block_parse(ehlo_proxy *out, const unsigned char *data, size_t size)
{
    static const uint8_t addresses[] = {0, 2 * 4 + 2 * 2, 2 * 16 + 2 * 2, 2 * PATH}; /* octets, by family */
    enum { LOCAL = 0x20, PROXY = 0x21 };
    int status = starts_with(data, size, signature, sizeof signature);
    unsigned command = size > 12 ? data[12] : PROXY, kind = size > 13 ? data[13] : 0;
    unsigned family = kind >> 4, transport = kind & 15;
    size_t all, head;

    if (status != THERE)
        return status;
    if (command != LOCAL && (command != PROXY || family > EHLO_PROXY_UNIX || transport > EHLO_PROXY_DATAGRAM))
        return EHLO_INVALID;
    if (size < FIXED)
        return NEED_MORE;
    out->version = 2;
    out->local = command == LOCAL;
    if (command == PROXY && family != 0 && transport != 0) { /* else there are none, or they do not count */
        out->family = (uint8_t)family;
        out->transport = (uint8_t)transport;
    }
    head = FIXED + (size_t)addresses[out->family];
    all = FIXED + (size_t)number_at(data + 14);
    if (all < head)
        return EHLO_INVALID;
    if (size < all)
        return NEED_MORE;
    if (out->family != EHLO_PROXY_NONE) {
        addresses_read(out, data + FIXED);
        out->tlvs = (ehlo_text){(const char *)data + head, all - head};
    }
    return tlvs_hold(data, all, out->tlvs) ? (int)all : EHLO_INVALID;
}

int ehlo_proxy_parse(ehlo_proxy *out, const void *data, size_t size)
{
    const unsigned char *octets = data;

    *out = (ehlo_proxy){0};
    if (size == 0)
        return NEED_MORE;
    return octets[0] == signature[0] ? block_parse(out, octets, size) : line_parse(out, octets, size);
}
