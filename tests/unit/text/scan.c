/* Unit tests of lib/text/scan.c: the same octet is found wherever the block begins and ends. */
#include "../guard.h"

#include "text/scan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static int stops(int octet, uint64_t high)
{
    return octet < 32 || (octet > 127 && high);
}

/* Every octet at every place of every size up to three words, with another behind it. */
static void every_octet_everywhere(void **state)
{
    static const uint64_t highs[] = {EHLO__SCAN_CONTROLS, EHLO__SCAN_EIGHT_BIT};
    (void)state;
    for (int h = 0; h < 2; h++)
        for (size_t size = 0; size <= 24; size++)
            for (size_t place = 0; place < size; place++)
                for (int octet = 0; octet < 256; octet++) {
                    unsigned char text[24];
                    const unsigned char *start;
                    memset(text, octet % 2 ? 'a' : 0x7f, sizeof text);
                    text[place] = (unsigned char)octet;
                    if (place + 1 < size)
                        text[place + 1] = '\n';
                    start = (const unsigned char *)guard(text, size);
                    assert_ptr_equal(ehlo__scan(start, start + size, highs[h]),
                                     start + (stops(octet, highs[h]) ? place
                                              : place + 1 < size     ? place + 1
                                                                     : size));
                }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_octet_everywhere)};
    return cmocka_run_group_tests_name("text/scan", tests, NULL, NULL);
}
