/* line.c - one command line: RFC 5321 section 2.3.8 (CRLF ends it), 2.4 (its octets), 4.1.1 (trailing
 * white space is let pass).
 *
 * The block scanner stops at everything odd, so that nearly every line is known to be plain when its end
 * is found; only the others are looked at once more.
 */
#include "line.h"

#include "../text/scan.h"
#include "../text/utf8.h"
#include "../text/view.h"

size_t ehlo__line_length(const void *data, size_t size, size_t looked, int *plain)
{
    const unsigned char *start = data, *end = start + size, *at = start + looked;
    size_t stops = 0;

    for (; (at = ehlo__scan(at, end, EHLO__SCAN_EIGHT_BIT)) < end; at++, stops++)
        if (*at == '\n' && at > start && at[-1] == '\r') {
            *plain = looked == 0 && stops == 1; /* that one was the CR */
            return (size_t)(at + 1 - start);
        }
    return 0;
}

static int is_blank(unsigned char octet)
{
    return octet == ' ' || octet == '\t';
}

static ehlo__line_fault fault_of(const unsigned char *at, const unsigned char *end)
{
    ehlo__line_fault fault = EHLO__LINE_CLEAN;

    while ((at = ehlo__scan(at, end, EHLO__SCAN_EIGHT_BIT)) < end) {
        size_t length = ehlo__utf8_length(at, (size_t)(end - at));
        if (*at == '\r' || *at == '\n')
            return EHLO__LINE_BARE_END;
        if (length < 2)
            fault = EHLO__LINE_BAD_OCTET;
        at += length ? length : 1;
    }
    return fault;
}

size_t ehlo__line_trim(const void *data, size_t size)
{
    const unsigned char *octets = data;

    while (size && is_blank(octets[size - 1]))
        size--;
    return size;
}

void ehlo__line_parse(ehlo__line *out, const void *data, size_t size, int plain)
{
    const unsigned char *start = data;

    size = ehlo__line_trim(data, size);
    out->argument = (ehlo_text){data, size};
    out->verb = ehlo__first_word(&out->argument);
    out->fault = plain ? EHLO__LINE_CLEAN : fault_of(start, start + size);
}
