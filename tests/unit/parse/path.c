/* Tests of lib/parse/path.c: verdict tables (F1, F2, F6-F10, F13-F15), the parts of a path, quotes taken
 * off, and each octet at each place against the ABNF. */
#include "../guard.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include <ehlo/path.h>

#include "../abnf.h"

#define LITERAL(text) text, sizeof text - 1

/* The text is exactly those octets, and lies inside the input. */
static int is_text(ehlo_text text, const char *expected, const char *input, size_t size)
{
    assert_true(text.data >= input && text.data + text.size <= input + size);
    return text.size == strlen(expected) && memcmp(text.data, expected, text.size) == 0;
}

static const struct {
    const char *path, *route, *local_part, *domain;
    int kind, domain_kind, quoted, utf8;
} paths[] = {
    {"<>", "", "", "", EHLO_PATH_NULL, EHLO_DOMAIN_NONE, 0, 0},
    {"<Postmaster>", "", "Postmaster", "", EHLO_PATH_POSTMASTER, EHLO_DOMAIN_NONE, 0, 0},
    {"<postMASTER>", "", "postMASTER", "", EHLO_PATH_POSTMASTER, EHLO_DOMAIN_NONE, 0, 0},
    {"<Postmaster@a.example>", "", "Postmaster", "a.example", EHLO_PATH_MAILBOX, EHLO_DOMAIN_NAME, 0, 0},
    {"<postmaster2@a>", "", "postmaster2", "a", EHLO_PATH_MAILBOX, EHLO_DOMAIN_NAME, 0, 0},
    {"<a@b>", "", "a", "b", EHLO_PATH_MAILBOX, EHLO_DOMAIN_NAME, 0, 0},
    {"<a.b.c@d.e>", "", "a.b.c", "d.e", EHLO_PATH_MAILBOX, EHLO_DOMAIN_NAME, 0, 0},
    {"<Joe.Smith+tag@mail.example.org>", "", "Joe.Smith+tag", "mail.example.org", EHLO_PATH_MAILBOX,
     EHLO_DOMAIN_NAME, 0, 0},
    {"<!#$%&'*+-/=?^_`{|}~@d>", "", "!#$%&'*+-/=?^_`{|}~", "d", EHLO_PATH_MAILBOX, EHLO_DOMAIN_NAME, 0, 0},
    {"<-@d>", "", "-", "d", EHLO_PATH_MAILBOX, EHLO_DOMAIN_NAME, 0, 0},
    {"<a@[192.0.2.1]>", "", "a", "[192.0.2.1]", EHLO_PATH_MAILBOX, EHLO_DOMAIN_IPV4, 0, 0},
    {"<user@[IPv6:2001:db8::1]>", "", "user", "[IPv6:2001:db8::1]", EHLO_PATH_MAILBOX, EHLO_DOMAIN_IPV6, 0,
     0},
    {"<a@[x:>@<]>", "", "a", "[x:>@<]", EHLO_PATH_MAILBOX, EHLO_DOMAIN_GENERAL, 0, 0},
    {"<\"a\"@d>", "", "\"a\"", "d", EHLO_PATH_MAILBOX, EHLO_DOMAIN_NAME, 1, 0},
    {"<\"\"@d>", "", "\"\"", "d", EHLO_PATH_MAILBOX, EHLO_DOMAIN_NAME, 1, 0},
    {"<\" \"@d>", "", "\" \"", "d", EHLO_PATH_MAILBOX, EHLO_DOMAIN_NAME, 1, 0},
    {"<\"a b\"@d>", "", "\"a b\"", "d", EHLO_PATH_MAILBOX, EHLO_DOMAIN_NAME, 1, 0},
    {"<\"a@b\"@d>", "", "\"a@b\"", "d", EHLO_PATH_MAILBOX, EHLO_DOMAIN_NAME, 1, 0},
    {"<\"<>\"@d>", "", "\"<>\"", "d", EHLO_PATH_MAILBOX, EHLO_DOMAIN_NAME, 1, 0},
    {"<\"\\\"\"@d>", "", "\"\\\"\"", "d", EHLO_PATH_MAILBOX, EHLO_DOMAIN_NAME, 1, 0},
    {"<\"\\\\\"@d>", "", "\"\\\\\"", "d", EHLO_PATH_MAILBOX, EHLO_DOMAIN_NAME, 1, 0},
    {"<\"\\ \"@d>", "", "\"\\ \"", "d", EHLO_PATH_MAILBOX, EHLO_DOMAIN_NAME, 1, 0},
    {"<\"..\"@d>", "", "\"..\"", "d", EHLO_PATH_MAILBOX, EHLO_DOMAIN_NAME, 1, 0},
    /* F9 */
    {"<\"foo@psres.net> ORCPT=admin@admin.com\"@test.com>", "", "\"foo@psres.net> ORCPT=admin@admin.com\"",
     "test.com", EHLO_PATH_MAILBOX, EHLO_DOMAIN_NAME, 1, 0},
    /* source routes (RFC 5321 appendix C; F6) */
    {"<@a:b@c>", "@a", "b", "c", EHLO_PATH_MAILBOX, EHLO_DOMAIN_NAME, 0, 0},
    {"<@a.example,@b-c.example:user@d>", "@a.example,@b-c.example", "user", "d", EHLO_PATH_MAILBOX,
     EHLO_DOMAIN_NAME, 0, 0},
    {"<@a,@b,@c:\"x:y\"@[1.2.3.4]>", "@a,@b,@c", "\"x:y\"", "[1.2.3.4]", EHLO_PATH_MAILBOX, EHLO_DOMAIN_IPV4,
     1, 0},
    {"<@a:postmaster@c>", "@a", "postmaster", "c", EHLO_PATH_MAILBOX, EHLO_DOMAIN_NAME, 0, 0},
    /* UTF-8 (RFC 6531 section 3.3) */
    {"<j\xc3\xbcrgen@d>", "", "j\xc3\xbcrgen", "d", EHLO_PATH_MAILBOX, EHLO_DOMAIN_NAME, 0, 1},
    {"<a@b\xc3\xbc.d>", "", "a", "b\xc3\xbc.d", EHLO_PATH_MAILBOX, EHLO_DOMAIN_NAME, 0, 1},
    {"<\"\xe2\x82\xac \"@d>", "", "\"\xe2\x82\xac \"", "d", EHLO_PATH_MAILBOX, EHLO_DOMAIN_NAME, 1, 1},
    {"<\xf0\x9f\x93\xa7.\xc3\xbc@[1.2.3.4]>", "", "\xf0\x9f\x93\xa7.\xc3\xbc", "[1.2.3.4]", EHLO_PATH_MAILBOX,
     EHLO_DOMAIN_IPV4, 0, 1},
    {"<@\xc3\xbc:b@c>", "@\xc3\xbc", "b", "c", EHLO_PATH_MAILBOX, EHLO_DOMAIN_NAME, 0, 1},
};

static void paths_and_their_parts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        size_t size = strlen(paths[i].path);
        const char *input = guard(paths[i].path, size);
        ehlo_path path;
        char mailbox[80] = "";

        memset(&path, 0xaa, sizeof path);
        if (ehlo_path_parse(&path, input, size) != EHLO_OK)
            fail_msg("refused: %s", paths[i].path);
        strcat(strcat(strcpy(mailbox, paths[i].local_part), *paths[i].domain ? "@" : ""), paths[i].domain);
        assert_true(is_text(path.mailbox, mailbox, input, size));
        assert_true(is_text(path.local_part, paths[i].local_part, input, size));
        assert_true(is_text(path.route, paths[i].route, input, size));
        assert_true(is_text(path.domain.text, paths[i].domain, input, size));
        assert_int_equal(path.kind, paths[i].kind);
        assert_int_equal(path.domain.kind, paths[i].domain_kind);
        assert_int_equal(path.quoted, paths[i].quoted);
        assert_int_equal(path.utf8, paths[i].utf8);
    }
}

/* What follows a path is not looked at, and the octets that it took are told. */
static void scan_takes_the_path_alone(void **state)
{
    static const char *const tails[] = {"", " SIZE=1", "x", ">", "<", "\"", "\\", "\r\n", "@", "\xc3"};

    (void)state;
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        for (size_t j = 0; j < sizeof tails / sizeof tails[0]; j++) {
            char text[128];
            size_t size = strlen(strcat(strcpy(text, paths[i].path), tails[j]));
            ehlo_path path;
            assert_int_equal(ehlo_path_scan(&path, guard(text, size), size), strlen(paths[i].path));
            assert_int_equal(path.kind, paths[i].kind);
            assert_int_equal(ehlo_path_parse(&path, guard(text, size), size),
                             *tails[j] ? EHLO_INVALID : EHLO_OK);
        }
    }
}

static void what_is_no_path(void **state)
{
    /* clang-format off */
    static const char *const texts[] = {
        "", "<", ">", "a", "a@b", "a@b>", "<a@b", "<<a@b>>", "<<>>", "< >", "<a@b >", "< a@b>", " <a@b>", "<a @b>",
        "<a@ b>", "<@>", "<@a>", "<a@>", "<a>", "<a@b@c>", "<a@@b>", "<.a@b>", "<a.@b>", "<a..b@c>", "<.@b>", "<a@b.>",
        "<a@.b>", "<a@b..c>", "<a@-b>", "<a@b->", "<a@b_c>", "<a(x)@b>", "<a,b@c>", "<a;b@c>", "<a:b@c>", "<a[b@c>",
        "<a\\b@c>", "<a\"b\"@c>", "<\"a\"b@c>", "<\"a\".b@c>", "<b.\"a\"@c>", "<\"a\"\"b\"@c>", "<a@\"b\">",
        "<a@[1.2.3]>", "<a@[]>", "<a@[1.2.3.4>", "<a@[1.2.3.4]b>", "<a@b[1.2.3.4]>", "<a@[IPv6:1]>",
        "<;sleep 66;>", "<;sleep 66;@d>", /* F1 */
        "<\"", "<\">", "<\"@d>", "<\"a@d>", "<\"\\\"@d>", "<\"a\\", "<\"a\\>", "<\"\\\\\\\"@d>", /* F2, F6, F13 */
        "<\"\">", "<\">\"@>", "<\">\"@-a>", "<\"\"@>", "<\"\"", "<\"\t\"@d>", "<\"\\\t\"@d>",
        "<\"\r\n\"@d>", "<\"\x7f\"@d>", "<\"\\\x7f\"@d>",
        "<\"\\\xc3\xbc\"@d>", /* a quoted-pair is of ASCII, in RFC 6531 too */
        "<postmaster", "<postmaster >", "<postmaste>", "<postmasterx>", "<postmaster.>", "<\"postmaster\">",
        "<postmaster@>", "<@a:postmaster>", "<post.master>",
        "<@a:>", "<@:a@b>", "<@a,:b@c>", "<@a,b:c@d>", "<@a@b:c@d>", "<@a,@:b@c>", "<,@a:b@c>", "<@a;@b:c@d>",
        "<@a, @b:c@d>", "<@a :b@c>", "<@a: b@c>", "<@[1.2.3.4]:b@c>", "<@a.:b@c>", "<@a:@b:c@d>", "<a@b:c@d>", "<:a@b>",
        /* F14, F15 */
        "<\xe2\x82>", "<a\xe2\x82@b>", "<\xc3@b>", "<a@b\xc3>", "<a@\xc3>", "<\xc0\xaf@b>", "<\xe0\x80\xaf@b>",
        "<\xed\xa0\x80@b>", "<\xf4\x90\x80\x80@b>", "<\xff@b>", "<\x80@b>", "<a@\xff>", "<\"\xff\"@b>", "<\"\xc3\"@b>",
        "<\"\xc3", "<\xc3", "<@\xc3:a@b>",
        "<a@b\r\n>", "<a\n@b>", "<a\r@b>", "<\x01@b>", "<\x7f@b>", "<a@b\x7f>",
    };
    /* clang-format on */

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        size_t size = strlen(texts[i]);
        ehlo_path path;
        if (ehlo_path_parse(&path, guard(texts[i], size), size) != EHLO_INVALID ||
            ehlo_path_scan(&path, guard(texts[i], size), size) != EHLO_INVALID ||
            ehlo_path_scan(&path, guard_front(texts[i], size), size) != EHLO_INVALID)
            fail_msg("accepted: %s", texts[i]);
    }
    assert_int_equal(ehlo_path_parse(&(ehlo_path){0}, LITERAL("<a\0b@c>")), EHLO_INVALID);
    assert_int_equal(ehlo_path_parse(&(ehlo_path){0}, LITERAL("<a@b\0>")), EHLO_INVALID);
    assert_int_equal(ehlo_path_parse(&(ehlo_path){0}, LITERAL("<a@b>\0")), EHLO_INVALID);
    assert_int_equal(ehlo_path_parse(&(ehlo_path){0}, NULL, 0), EHLO_INVALID);
    assert_int_equal(ehlo_path_scan(&(ehlo_path){0}, NULL, 0), EHLO_INVALID);
    assert_int_equal(ehlo_mailbox_parse(&(ehlo_path){0}, NULL, 0), EHLO_INVALID);
}

/* F8: scan leaves what follows to its caller; parse does not let it pass. */
static void brackets_behind_a_path(void **state)
{
    ehlo_path path;

    (void)state;
    assert_int_equal(ehlo_path_scan(&path, LITERAL("<>>>>>")), 2);
    assert_int_equal(ehlo_path_parse(&path, LITERAL("<>>>>>")), EHLO_INVALID);
    assert_int_equal(ehlo_path_scan(&path, LITERAL("<a@b>x")), 5);
    assert_int_equal(ehlo_path_parse(&path, LITERAL("<a@b>x")), EHLO_INVALID);
    assert_int_equal(ehlo_path_scan(&path, LITERAL("<a@b> =\"")), 5); /* F2 */
}

/* F10 and P12: long and nested input is one pass without recursion. */
static void long_input(void **state)
{
    static const char *const units[] = {"<",  "<>", "(",  "\"\\", "\\\"", "@",
                                        "<@", "a.", "a@", "@a,",  "[",    "\xc3\xbc"};
    static char text[1 << 16];
    ehlo_path path;

    (void)state;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        size_t length = strlen(units[i]);
        for (size_t at = 0; at < sizeof text; at++)
            text[at] = units[i][at % length];
        for (size_t before = 0; before < 3; before++) {
            memcpy(text, "<\"", before);
            assert_int_equal(ehlo_path_parse(&path, guard(text, sizeof text), sizeof text), EHLO_INVALID);
        }
    }
    memset(text, 'a', sizeof text);
    text[0] = '<';
    memcpy(text + sizeof text - 3, "@d>", 3);
    assert_int_equal(ehlo_path_scan(&path, guard(text, sizeof text), sizeof text), sizeof text);
    assert_int_equal(path.local_part.size, sizeof text - 4);
}

static void mailboxes(void **state)
{
    ehlo_path path;

    (void)state;
    assert_int_equal(ehlo_mailbox_parse(&path, LITERAL("a.b@c.d")), EHLO_OK);
    assert_int_equal(path.kind, EHLO_PATH_MAILBOX);
    assert_int_equal(path.mailbox.size, 7);
    assert_int_equal(path.local_part.size, 3);
    assert_int_equal(path.route.size, 0);
    assert_int_equal(ehlo_mailbox_parse(&path, LITERAL("\"a b\"@[1.2.3.4]")), EHLO_OK);
    assert_int_equal(path.quoted, 1);
    assert_int_equal(ehlo_mailbox_parse(&path, LITERAL("<a@b>")), EHLO_INVALID);
    assert_int_equal(ehlo_mailbox_parse(&path, LITERAL("a@b>")), EHLO_INVALID);
    assert_int_equal(ehlo_mailbox_parse(&path, LITERAL("a@b ")), EHLO_INVALID);
    assert_int_equal(ehlo_mailbox_parse(&path, LITERAL("@a:b@c")), EHLO_INVALID);
    assert_int_equal(ehlo_mailbox_parse(&path, LITERAL("postmaster")), EHLO_INVALID);
    assert_int_equal(ehlo_mailbox_parse(&path, LITERAL("a")), EHLO_INVALID);
    assert_int_equal(ehlo_mailbox_parse(&path, LITERAL("a@")), EHLO_INVALID);
    assert_int_equal(ehlo_mailbox_parse(&path, LITERAL("@")), EHLO_INVALID);
}

/* P17: the mailbox of any path that is accepted is a mailbox, of the same parts. */
static void read_back(const ehlo_path *path)
{
    ehlo_path again;
    size_t size = path->mailbox.size;

    if (path->kind != EHLO_PATH_MAILBOX)
        return;
    assert_int_equal(ehlo_mailbox_parse(&again, guard(path->mailbox.data, size), size), EHLO_OK);
    assert_int_equal(again.local_part.size, path->local_part.size);
    assert_int_equal(again.domain.text.size, path->domain.text.size);
    assert_int_equal(again.domain.kind, path->domain.kind);
    assert_memory_equal(again.domain.address, path->domain.address, 16);
    assert_int_equal(again.quoted, path->quoted);
    assert_memory_equal(again.mailbox.data, path->mailbox.data, size);
}

static void compare(const char *text, size_t size)
{
    ehlo_path path;
    abnf_text all = {(const unsigned char *)text, size};
    abnf_set ends = abnf_path(&all, 1);
    int scanned = ehlo_path_scan(&path, guard_front(text, size), size);
    int parsed = ehlo_path_parse(&path, guard(text, size), size);
    int mailbox = abnf_matches(abnf_mailbox, text, size) ? EHLO_OK : EHLO_INVALID;

    if (parsed == EHLO_OK)
        read_back(&path);
    if (parsed != (ends >> size & 1 ? EHLO_OK : EHLO_INVALID) ||
        (scanned > 0 ? (abnf_set)1 << scanned : 0) != ends ||
        ehlo_mailbox_parse(&path, guard(text, size), size) != mailbox)
        fail_msg("not as the ABNF has it: %.*s", (int)size, text);
}

static void each_octet_at_each_place(void **state)
{
    /* clang-format off */
    static const char *const samples[] = {
        "<>", "<a@b>", "<Postmaster>", "<ab.c+d@e-f.example>", "<\"a b\\\"c@d\"@e.f>", "<@a.b,@c:d@e>",
        "<@a:\"b\"@[1.2.3.4]>", "<a@[IPv6:1::2.3.4.5]>", "<j\xc3\xbc@\xe2\x82\xac.d>", "<\"\xf0\x9f\x93\xa7\"@d>",
        "a.b@c.d", "\"a\\b\"@c", "a@[x:y]",
    };
    /* clang-format on */

    (void)state;
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++)
        abnf_each_octet(samples[i], strlen(samples[i]), compare);
}

static const struct {
    const char *local_part, *plain;
} quotes[] = {
    {"a", "a"},
    {"a.b", "a.b"},
    {"\"a\"", "a"},
    {"\"\"", ""},
    {"\"a b\"", "a b"},
    {"\"a\\b\"", "ab"},
    {"\"\\\"\"", "\""},
    {"\"\\\\\"", "\\"},
    {"\"\\\\\\\"\\ \"", "\\\" "},
    {"\"a.b\"", "a.b"},
    {"\"\\a\\.\\b\"", "a.b"},
    {"\"\xc3\xbc\"", "\xc3\xbc"},
    {"Joe\xc3\xbc", "Joe\xc3\xbc"},
};

static void quotes_taken_off(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof quotes / sizeof quotes[0]; i++) {
        size_t size = strlen(quotes[i].local_part), plain = strlen(quotes[i].plain);
        for (size_t room = 0; room <= size; room++) {
            ehlo_text local_part = {guard(quotes[i].local_part, size), size};
            char *out = (char *)(uintptr_t)guard("\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01", room);
            int written = ehlo_local_part_unquote(out, room, local_part);
            assert_int_equal(written, room < plain ? EHLO_TOO_LONG : (int)plain);
            if (written >= 0)
                assert_memory_equal(out, quotes[i].plain, plain);
        }
    }
    assert_int_equal(ehlo_local_part_unquote(NULL, 0, (ehlo_text){NULL, 0}), 0);
    assert_int_equal(ehlo_local_part_unquote(NULL, 0, (ehlo_text){"\"\"", 2}), 0);
}

/* What no parser has accepted is not written behind its room, nor read behind its end. */
static void quotes_of_anything(void **state)
{
    static const char letters[] = {'"', '\\', 'a'};

    (void)state;
    for (size_t size = 0; size <= 6; size++) {
        size_t count = 1;
        for (size_t i = 0; i < size; i++)
            count *= 3;
        for (size_t number = 0; number < count; number++) {
            char text[6] = {0};
            size_t rest = number;
            for (size_t i = 0; i < size; i++, rest /= 3)
                text[i] = letters[rest % 3];
            for (size_t room = 0; room <= size; room++) {
                char *out = (char *)(uintptr_t)guard(text, room);
                int written = ehlo_local_part_unquote(out, room, (ehlo_text){guard(text, size), size});
                assert_true(written == EHLO_TOO_LONG || (written >= 0 && (size_t)written <= room));
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_and_their_parts),
        cmocka_unit_test(scan_takes_the_path_alone),
        cmocka_unit_test(what_is_no_path),
        cmocka_unit_test(brackets_behind_a_path),
        cmocka_unit_test(long_input),
        cmocka_unit_test(mailboxes),
        cmocka_unit_test(each_octet_at_each_place),
        cmocka_unit_test(quotes_taken_off),
        cmocka_unit_test(quotes_of_anything),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
