/* secret.c - see secret.h. */
#include "secret.h"

#include <string.h>

/* A compiler leaves out what it sees to be of no use, but no access to something volatile. */
void secret_wipe(void *data, size_t size)
{
    volatile unsigned char *octet = data;
    while (size-- > 0)
        *octet++ = 0;
}

/* It looks at all that is given, and at as many octets of what is known, from its start again if need be. */
int secret_equal(const void *given, size_t size, const char *known)
{
    const unsigned char *octet = given;
    size_t known_size = strlen(known);
    volatile unsigned differs = size != known_size;
    for (size_t i = 0; i < size; i++)
        differs |= (unsigned)octet[i] ^ (unsigned char)known[i % known_size];
    return differs == 0;
}
