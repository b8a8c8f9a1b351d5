/* proxy.c - fuzzes the decoder of the PROXY protocol: no octet waited for past a bound, no answer taken back
 * with more input, all texts inside of it, and what was read, written out and read again, is the same (P17).
 */
#include <ehlo/proxy.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

enum { LONGEST = 2048, LINE = 107, FIXED = 16 };

static void broken(const char *law)
{
    fprintf(stderr, "broken: %s\n", law);
    abort();
}

static int is_within(ehlo_text text, const unsigned char *data, size_t size)
{
    const unsigned char *start = (const unsigned char *)text.data;

    return text.size == 0 ||
           (start >= data && start <= data + size && text.size <= (size_t)(data + size - start));
}

static int are_zeros(const uint8_t *octets, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (octets[i] != 0)
            return 0;
    return 1;
}

/* Takes all TLVs off; the octets of them, or EHLO_INVALID. */
static int walk(ehlo_text tlvs)
{
    const unsigned char *start = (const unsigned char *)tlvs.data;
    ehlo_text rest = tlvs;
    ehlo_proxy_tlv tlv;
    size_t octets = 0;
    int status;

    while ((status = ehlo_proxy_tlv_next(&tlv, &rest)) == 1) {
        if (!is_within(tlv.value, start, tlvs.size) || tlv.type < 0 || tlv.type > 255)
            broken("a value lies inside the TLVs");
        octets += 3 + tlv.value.size;
        if (octets + rest.size != tlvs.size)
            broken("TLVs have nothing between them");
    }
    if (status != 0 && status != EHLO_INVALID)
        broken("one, none or INVALID");
    return status == 0 ? (int)octets : status;
}

static void check_header(const ehlo_proxy *proxy, const unsigned char *data, size_t size)
{
    size_t used = proxy->family == EHLO_PROXY_IPV4 ? 4 : proxy->family == EHLO_PROXY_IPV6 ? 16 : 0;

    if (proxy->version != (data[0] == 'P' ? 1 : 2) || (proxy->version == 1 && size > LINE))
        broken("the first octet tells the version, and each has its bound");
    if ((proxy->family == EHLO_PROXY_NONE) != (proxy->transport == EHLO_PROXY_UNSPECIFIED) ||
        (proxy->version == 1 && (proxy->transport == EHLO_PROXY_DATAGRAM || proxy->tlvs.size > 0)) ||
        (proxy->local && proxy->family != EHLO_PROXY_NONE))
        broken("what goes with what");
    if (!are_zeros(proxy->source + used, 16 - used) || !are_zeros(proxy->destination + used, 16 - used) ||
        (used == 0 && proxy->source_port + proxy->destination_port != 0) ||
        (proxy->family != EHLO_PROXY_UNIX && proxy->source_path.size + proxy->destination_path.size > 0))
        broken("nothing is told that is not there");
    if (!is_within(proxy->source_path, data, size) || !is_within(proxy->destination_path, data, size) ||
        !is_within(proxy->tlvs, data, size) || proxy->source_path.size > 108)
        broken("each text lies inside the header");
    if (walk(proxy->tlvs) != (int)proxy->tlvs.size)
        broken("the TLVs of a header are well-formed");
}

static size_t write_address(char *out, size_t room, const ehlo_proxy *proxy, const uint8_t *address)
{
    int size = 0;

    if (proxy->family == EHLO_PROXY_IPV4)
        return (size_t)snprintf(out, room, " %d.%d.%d.%d", address[0], address[1], address[2], address[3]);
    for (int i = 0; i < 16; i += 2)
        size += snprintf(out + size, room - (size_t)size, "%c%x", i > 0 ? ':' : ' ',
                         address[i] << 8 | address[i + 1]);
    return (size_t)size;
}

/* As a line of version 1, whichever it was. */
static void read_back(const ehlo_proxy *proxy)
{
    char text[160];
    size_t size;
    ehlo_proxy again;

    if (proxy->family != EHLO_PROXY_IPV4 && proxy->family != EHLO_PROXY_IPV6)
        return;
    size = (size_t)snprintf(text, sizeof text, "PROXY TCP%d", proxy->family == EHLO_PROXY_IPV4 ? 4 : 6);
    size += write_address(text + size, sizeof text - size, proxy, proxy->source);
    size += write_address(text + size, sizeof text - size, proxy, proxy->destination);
    size += (size_t)snprintf(text + size, sizeof text - size, " %d %d\r\n", proxy->source_port,
                             proxy->destination_port);
    if (ehlo_proxy_parse(&again, text, size) != (int)size || again.family != proxy->family ||
        memcmp(again.source, proxy->source, 16) != 0 ||
        memcmp(again.destination, proxy->destination, 16) != 0 || again.source_port != proxy->source_port ||
        again.destination_port != proxy->destination_port)
        broken("a header written out is the same header");
}

/* Shown more and more of it, the decoder waits, then has one answer for good. */
static void drip(const unsigned char *data, size_t size, int whole)
{
    ehlo_proxy proxy;

    for (size_t shown = 0; shown <= size; shown += shown < 300 ? 1 : 97) {
        int status = ehlo_proxy_parse(&proxy, data, shown);
        if (status == 0 && shown > 0 &&
            (data[0] == 'P' ? shown >= LINE - 1 && data[LINE - 2] != '\r'
                            : shown >= FIXED && shown >= FIXED + ((size_t)data[14] << 8 | data[15])))
            broken("nothing is waited for past the bound");
        if (whole == 0 && status != 0)
            broken("an answer is not taken back");
        if (whole > 0 && status != (shown < (size_t)whole ? 0 : whole))
            broken("a header is complete at its last octet, whatever follows");
        if (whole < 0 && status > 0)
            broken("a header stays one");
        if (status < 0)
            return;
    }
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    ehlo_proxy proxy;
    int status;

    if (size > LONGEST)
        return 0;
    status = ehlo_proxy_parse(&proxy, data, size);
    if (status != EHLO_INVALID && (status < 0 || (size_t)status > size))
        broken("octets taken, 0 or INVALID");
    if (status > 0) {
        check_header(&proxy, data, (size_t)status);
        read_back(&proxy);
    }
    drip(data, size, status);
    walk((ehlo_text){(const char *)data, size});
    return 0;
}
