/* Unit tests of lib/server/mechanisms.c: the SASL mechanisms of a config's list (RFC 4422 section 3.1). */
#include "host.h"

#include "server/session.h"

static ehlo_text view(const char *text)
{
    return (ehlo_text){text, strlen(text)};
}

static void by_number_and_by_name(void **state)
{
    static const char *const names[] = {"SCRAM-SHA-256", "PLAIN", "LOGIN", "X_Y", "PLAIN-2"};
    ehlo_server_config config = {.auth_mechanisms = "SCRAM-SHA-256 PLAIN LOGIN X_Y PLAIN-2"};
    (void)state;
    for (unsigned i = 0; i < 5; i++) {
        ehlo_text found = ehlo__mechanism(&config, i);
        assert_int_equal(found.size, strlen(names[i]));
        assert_memory_equal(found.data, names[i], found.size);
        assert_int_equal(ehlo__mechanism_find(&config, view(names[i])), i);
    }
    assert_int_equal(ehlo__mechanism(&config, 5).size, 0);
    assert_int_equal(ehlo__mechanism(&config, 255).size, 0);
    assert_int_equal(ehlo__mechanism_find(&config, view("scram-sha-256")), 0);
    assert_int_equal(ehlo__mechanism_find(&config, view("x_y")), 3);
}

static void no_part_of_a_name_is_one(void **state)
{
    static const char *const wrong[] = {"",       " ",           "PLAI",     "LAIN",  "PLAIN ",
                                        " PLAIN", "PLAIN LOGIN", "PLAIN-",   "SCRAM", "X",
                                        "X_",     "X-Y",         "PLAIN\x7f"};
    ehlo_server_config config = {.auth_mechanisms = "SCRAM-SHA-256 PLAIN LOGIN X_Y"};
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(ehlo__mechanism_find(&config, view(wrong[i])), -1);
}

static void an_empty_list(void **state)
{
    static const char *const lists[] = {NULL, ""};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        ehlo_server_config config = {.auth_mechanisms = lists[i]};
        assert_int_equal(ehlo__mechanism(&config, 0).size, 0);
        assert_int_equal(ehlo__mechanism_find(&config, view("PLAIN")), -1);
    }
}

/* RFC 4954 section 4: where the server speaks first; LOGIN's user name may come at once. */
static void who_speaks_first(void **state)
{
    static const char *const server[] = {"CRAM-MD5", "DIGEST-MD5", "cram-md5", "Digest-Md5"};
    static const char *const client[] = {"PLAIN",   "LOGIN",   "SCRAM-SHA-256", "EXTERNAL",
                                         "XOAUTH2", "CRAM-MD", "CRAM-MD55",     ""};
    (void)state;
    for (size_t i = 0; i < sizeof server / sizeof server[0]; i++)
        assert_int_equal(ehlo__mechanism_is_server_first(view(server[i])), 1);
    for (size_t i = 0; i < sizeof client / sizeof client[0]; i++)
        assert_int_equal(ehlo__mechanism_is_server_first(view(client[i])), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_number_and_by_name),
        cmocka_unit_test(no_part_of_a_name_is_one),
        cmocka_unit_test(an_empty_list),
        cmocka_unit_test(who_speaks_first),
    };
    return cmocka_run_group_tests_name("server/mechanisms", tests, NULL, NULL);
}
