/* Tests of lib/text/ascii.c: the classes against their octets written out, and words. */
#include "../guard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "text/ascii.h"

#define UPPER  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define LOWER  "abcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"

/* The class holds exactly the octets of the list. */
static void holds(int class, const char *list)
{
    for (unsigned octet = 0; octet < 256; octet++) {
        int listed = octet != 0 && octet < 128 && strchr(list, (int)octet) != NULL;
        assert_int_equal(ehlo__is((unsigned char)octet, class), listed);
    }
}

static void classes_are_their_octets(void **state)
{
    (void)state;
    holds(EHLO__ALPHA, UPPER LOWER);
    holds(EHLO__DIGIT, DIGITS);
    holds(EHLO__HEX, DIGITS "ABCDEFabcdef");
    holds(EHLO__HYPHEN, "-");
    holds(EHLO__LET_DIG, UPPER LOWER DIGITS);
    holds(EHLO__LDH, UPPER LOWER DIGITS "-");
    holds(EHLO__ATEXT, UPPER LOWER DIGITS "!#$%&'*+-/=?^_`{|}~");
    holds(EHLO__QTEXT, UPPER LOWER DIGITS " !#$%&'()*+,-./:;<=>?@[]^_`{|}~");
    holds(EHLO__DCONTENT, UPPER LOWER DIGITS "!\"#$%&'()*+,-./:;<=>?@^_`{|}~");
    holds(EHLO__VALUE, UPPER LOWER DIGITS "!\"#$%&'()*+,-./:;<>?@[\\]^_`{|}~");
    holds(EHLO__PRINTABLE, UPPER LOWER DIGITS " !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~");
}

static int same(const char *a, const char *b)
{
    size_t a_size = strlen(a), b_size = strlen(b);

    return ehlo__same_word(guard(a, a_size), a_size, guard(b, b_size), b_size);
}

static void words_are_the_same_in_any_case(void **state)
{
    (void)state;
    assert_true(same("", ""));
    assert_true(same("MAIL", "MAIL"));
    assert_true(same("MAIL", "mail"));
    assert_true(same("mAiL", "MaIl"));
    assert_true(same("8BITMIME", "8bitmime"));
    assert_false(same("MAIL", "MAI"));
    assert_false(same("MAI", "MAIL"));
    assert_false(same("MAIL", "MAIM"));
    assert_false(same("MAIL", ""));
    assert_true(ehlo__same_word(NULL, 0, NULL, 0));
    assert_true(ehlo__same_word("a\0b", 3, "A\0B", 3));
    assert_false(ehlo__same_word("a\0b", 3, "A\0C", 3));
}

/* D10: the long s and the Kelvin sign fold to ASCII letters in Unicode; never here. */
static void only_ascii_letters_fold(void **state)
{
    (void)state;
    assert_false(same("LAST", "LA\xc5\xbfT"));
    assert_false(same("k", "\xe2\x84\xaa"));
    for (int a = 0; a < 256; a++) {
        for (int b = 0; b < 256; b++) {
            unsigned char one = (unsigned char)a, other = (unsigned char)b;
            int lower_a = a >= 'A' && a <= 'Z' ? a + 32 : a, lower_b = b >= 'A' && b <= 'Z' ? b + 32 : b;
            assert_int_equal(ehlo__same_word(&one, 1, &other, 1), lower_a == lower_b);
        }
    }
}

static void size_of_a_text(void **state)
{
    (void)state;
    assert_int_equal(ehlo__text_size(guard("", 1)), 0);
    assert_int_equal(ehlo__text_size(guard("a", 2)), 1);
    assert_int_equal(ehlo__text_size(guard("PIPELINING", 11)), 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(classes_are_their_octets),
        cmocka_unit_test(words_are_the_same_in_any_case),
        cmocka_unit_test(only_ascii_letters_fold),
        cmocka_unit_test(size_of_a_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
