/* Unit tests of lib/text/date.c: the Gregorian calendar against an independent walk through it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "text/date.h"

static int is_leap(unsigned year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static unsigned days_of(unsigned year, unsigned month)
{
    static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (unsigned)(month == 2 && is_leap(year));
}

static void is_date(uint64_t seconds, unsigned year, unsigned month, unsigned day, unsigned weekday)
{
    ehlo__date date = ehlo__date_of(seconds);
    if (date.year != year || date.month != month || date.day != day || date.weekday != weekday)
        fail_msg("%llu is not %u-%u-%u", (unsigned long long)seconds, year, month, day);
}

static void expect(uint64_t seconds, const char *expected)
{
    char out[EHLO__DATE_SIZE + 2] = {0};
    out[EHLO__DATE_SIZE] = '#';
    assert_int_equal(ehlo__date_write(out, seconds), EHLO__DATE_SIZE);
    assert_int_equal(out[EHLO__DATE_SIZE], '#'); /* not an octet more */
    out[EHLO__DATE_SIZE] = '\0';
    assert_string_equal(out, expected);
}

/* Day by day up to the end of all dates, the first and the last second of each. */
static void every_day(void **state)
{
    unsigned year = 1970, month = 1, day = 1, weekday = 4; /* a Thursday */
    uint64_t seconds = 0;
    (void)state;
    for (; year <= 9999; seconds += 86400) {
        is_date(seconds, year, month, day, weekday);
        is_date(seconds + 86399, year, month, day, weekday);
        weekday = (weekday + 1) % 7;
        if (++day > days_of(year, month)) {
            day = 1;
            if (++month > 12) {
                month = 1;
                year++;
            }
        }
    }
    assert_true(seconds == 253402300800u);
}

static void every_second_of_a_day(void **state)
{
    uint64_t midnight = 951782400; /* 2000-02-29 */
    (void)state;
    for (unsigned hour = 0; hour < 24; hour++)
        for (unsigned minute = 0; minute < 60; minute++)
            for (unsigned second = 0; second < 60; second++) {
                ehlo__date date = ehlo__date_of(midnight + hour * 3600 + minute * 60 + second);
                assert_true(date.hour == hour && date.minute == minute && date.second == second);
                assert_true(date.year == 2000 && date.month == 2 && date.day == 29);
            }
}

static void leap_days(void **state)
{
    (void)state;
    expect(68169599, "1972-02-28T23:59:59Z");
    expect(68169600, "1972-02-29T00:00:00Z"); /* divisible by 4 */
    expect(68256000, "1972-03-01T00:00:00Z");
    expect(951782400, "2000-02-29T00:00:00Z"); /* and by 400 */
    expect(951868800, "2000-03-01T00:00:00Z");
    expect(4107542399, "2100-02-28T23:59:59Z"); /* by 100, and not by 400 */
    expect(4107542400, "2100-03-01T00:00:00Z");
    expect(13574563200, "2400-02-29T00:00:00Z");
}

static void as_others_write_them(void **state)
{
    (void)state;
    expect(0, "1970-01-01T00:00:00Z");
    expect(1, "1970-01-01T00:00:01Z");
    expect(482196050, "1985-04-12T23:20:50Z"); /* RFC 3339 section 5.8, without its fraction */
    expect(2147483648, "2038-01-19T03:14:08Z");
    expect(4294967296, "2106-02-07T06:28:16Z");
}

/* Four digits are all that a year has there. */
static void beyond_the_year_9999(void **state)
{
    static const uint64_t beyond[] = {253402300799, 253402300800, 253402300799u + 86400, UINT64_MAX / 2,
                                      UINT64_MAX};
    (void)state;
    for (size_t i = 0; i < sizeof beyond / sizeof beyond[0]; i++)
        expect(beyond[i], "9999-12-31T23:59:59Z");
    expect(253402300798, "9999-12-31T23:59:58Z");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day),
        cmocka_unit_test(every_second_of_a_day),
        cmocka_unit_test(leap_days),
        cmocka_unit_test(as_others_write_them),
        cmocka_unit_test(beyond_the_year_9999),
    };
    return cmocka_run_group_tests_name("text/date", tests, NULL, NULL);
}
