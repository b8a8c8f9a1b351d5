/* Unit tests of lib/text/view.c: views of texts and of their words. */
#include "text/view.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void a_view_is_the_text_without_its_nul(void **state)
{
    static const char text[] = "two words";
    (void)state;
    assert_ptr_equal(ehlo__view(text).data, text);
    assert_int_equal(ehlo__view(text).size, 9);
    assert_int_equal(ehlo__view("").size, 0);
    assert_int_equal(ehlo__view(NULL).size, 0);
    assert_null(ehlo__view(NULL).data);
}

static void words_come_off_one_by_one(void **state)
{
    static const struct {
        const char *text, *word, *rest;
    } cases[] = {
        {"", "", ""},
        {"one", "one", ""},
        {"one two three", "one", "two three"},
        {"one ", "one", ""},
        {" one", "", "one"},
        {"one  two", "one", " two"},
        {"one\ttwo", "one\ttwo", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ehlo_text rest = ehlo__view(cases[i].text), word = ehlo__first_word(&rest);
        assert_int_equal(word.size, strlen(cases[i].word));
        assert_memory_equal(word.data, cases[i].word, word.size);
        assert_int_equal(rest.size, strlen(cases[i].rest));
        assert_memory_equal(rest.data, cases[i].rest, rest.size);
    }
}

static void nothing_has_no_words(void **state)
{
    ehlo_text nothing = {NULL, 0};
    (void)state;
    assert_int_equal(ehlo__first_word(&nothing).size, 0);
    assert_null(nothing.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_view_is_the_text_without_its_nul),
        cmocka_unit_test(words_come_off_one_by_one),
        cmocka_unit_test(nothing_has_no_words),
    };

    return cmocka_run_group_tests_name("text/view", tests, NULL, NULL);
}
