/* domain.c - fuzzes the domain parser: against the ABNF where the input is short enough for it, and with
 * each address written out in full and read again (P17). */
#include <ehlo/path.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/abnf.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static void broken(const char *law)
{
    fprintf(stderr, "broken: %s\n", law);
    abort();
}

static void read_back(const ehlo_domain *domain)
{
    char text[64];
    const uint8_t *octets = domain->address;
    int size = 0;
    ehlo_domain again;

    if (domain->kind == EHLO_DOMAIN_IPV4) {
        size = snprintf(text, sizeof text, "[%d.%d.%d.%d]", octets[0], octets[1], octets[2], octets[3]);
    } else if (domain->kind == EHLO_DOMAIN_IPV6) {
        size = snprintf(text, sizeof text, "[IPv6:");
        for (int i = 0; i < 16; i += 2)
            size += snprintf(text + size, sizeof text - (size_t)size, "%x%c", octets[i] << 8 | octets[i + 1],
                             i < 14 ? ':' : ']');
    } else {
        for (int i = 0; i < 16; i++)
            if (octets[i] != 0)
                broken("what is no IP address has none");
        return;
    }
    if (ehlo_domain_parse(&again, text, (size_t)size) != EHLO_OK || again.kind != domain->kind ||
        memcmp(again.address, octets, 16) != 0)
        broken("an address written out is the same address");
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    ehlo_domain domain;
    int status = ehlo_domain_parse(&domain, data, size), high = 0;

    if (status != EHLO_OK && status != EHLO_INVALID)
        broken("OK or INVALID");
    if (size <= ABNF_LONGEST && abnf_matches(abnf_domain_or_literal, data, size) != (status == EHLO_OK))
        broken("the parser and the ABNF agree");
    if (status != EHLO_OK)
        return 0;
    if (domain.text.data != (const char *)data || domain.text.size != size)
        broken("the text is all of the input");
    for (size_t i = 0; i < size; i++)
        high |= data[i] > 127;
    if (domain.utf8 != high || (high && domain.kind != EHLO_DOMAIN_NAME))
        broken("octets above 127 are told, and only in names");
    if ((domain.kind == EHLO_DOMAIN_NAME) != (data[0] != '['))
        broken("brackets make a literal");
    read_back(&domain);
    return 0;
}
