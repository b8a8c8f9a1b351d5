/* secret.h - what is done with passwords and tokens, besides not printing them. */
#ifndef SECRET_H
#define SECRET_H

#include <stddef.h>

/* Overwrites octets that hold a secret, also where nobody reads them any more. */
void secret_wipe(void *data, size_t size);

/* 1 where the octets are those of `known`, which is not empty.  How long it takes tells nothing about how
 * much of them is right. */
int secret_equal(const void *given, size_t size, const char *known);

#endif
