/* Unit tests of lib/text/zero.c: exactly those octets. */
#include "text/zero.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void so_many_octets_and_no_others(void **state)
{
    (void)state;
    for (size_t size = 0; size <= 600; size++) {
        unsigned char octets[602];
        memset(octets, 0xaa, sizeof octets);
        ehlo__zero(octets + 1, size);
        assert_int_equal(octets[0], 0xaa);
        for (size_t i = 1; i <= size; i++)
            assert_int_equal(octets[i], 0);
        assert_int_equal(octets[size + 1], 0xaa);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(so_many_octets_and_no_others),
    };

    return cmocka_run_group_tests_name("text/zero", tests, NULL, NULL);
}
