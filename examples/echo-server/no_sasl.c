/* no_sasl.c - in the place of sasl.c, in a build without GNU SASL: its mechanisms are never offered. */
#include "auth.h"

int sasl_is_built(void)
{
    return 0;
}

enum auth_outcome sasl_step(struct exchange *exchange, ehlo_text response)
{
    (void)exchange, (void)response;
    return AUTH_FAILED;
}

void sasl_end(struct exchange *exchange)
{
    (void)exchange;
}
