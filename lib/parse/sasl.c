/* sasl.c - the message of SASL PLAIN: RFC 4616 section 2. */
#include <ehlo/codec.h>

#include "../text/utf8.h"

/* The text up to the next NUL or the end; `*at` goes behind it. */
static ehlo_text field(const char *data, size_t size, size_t *at)
{
    size_t start = *at;

    while (*at < size && data[*at] != '\0')
        ++*at;
    return (ehlo_text){data + start, *at - start};
}

int ehlo_sasl_plain(ehlo_plain_message *out, const void *data, size_t size)
{
    const char *octets = data;
    size_t at = 0;

    if (size == 0 || !ehlo__utf8_valid(octets, size))
        return EHLO_INVALID;
    out->authorization_identity = field(octets, size, &at);
    if (at++ == size)
        return EHLO_INVALID;
    out->authentication_identity = field(octets, size, &at);
    if (at++ == size)
        return EHLO_INVALID;
    out->password = field(octets, size, &at);
    if (at < size || out->authentication_identity.size == 0 || out->password.size == 0)
        return EHLO_INVALID;
    return EHLO_OK;
}
