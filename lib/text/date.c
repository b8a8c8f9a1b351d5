/* date.c - the proleptic Gregorian calendar, as RFC 3339 and RFC 5322 section 3.3 use it.
 *
 * Years are counted from March on, so that a leap day is the last of its year: 400 of them have 146097 days,
 * and (153 * month + 2) / 5 is the number of days before a month, of which March is the first.
 */
#include "date.h"

enum { DAY = 86400, ERA = 146097, SINCE_MARCH_0000 = 719468, EPOCH_WEEKDAY = 4 };

ehlo__date ehlo__date_of(uint64_t seconds)
{
    unsigned days, rest, of_era, year, of_year, month;

    if (seconds > EHLO__DATE_LATEST)
        seconds = EHLO__DATE_LATEST;
    days = (unsigned)(seconds / DAY);
    rest = (unsigned)(seconds % DAY);
    of_era = (days + SINCE_MARCH_0000) % ERA;
    year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    of_year = of_era - (365 * year + year / 4 - year / 100);
    month = (5 * of_year + 2) / 153;
    return (ehlo__date){.year = (days + SINCE_MARCH_0000) / ERA * 400 + year + (month >= 10),
                        .month = month < 10 ? month + 3 : month - 9,
                        .day = of_year - (153 * month + 2) / 5 + 1,
                        .weekday = (days + EPOCH_WEEKDAY) % 7,
                        .hour = rest / 3600,
                        .minute = rest / 60 % 60,
                        .second = rest % 60};
}

/* Counted from March of 400 years earlier, so that there is no month before the first. */
int32_t ehlo__days_before(uint32_t month)
{
    enum { MARCH = 2, EARLIER = 400 * 12 - MARCH };
    uint32_t since = month + EARLIER, year = since / 12;
    uint32_t days = year * 365 + year / 4 - year / 100 + year / 400 + (since % 12 * 153 + 2) / 5;

    return (int32_t)days - (ERA + SINCE_MARCH_0000);
}

static char *put(char *at, unsigned number, int digits, char behind)
{
    for (int i = digits; i-- > 0; number /= 10)
        at[i] = (char)('0' + number % 10);
    at[digits] = behind;
    return at + digits + 1;
}

size_t ehlo__date_write(char *out, uint64_t seconds)
{
    ehlo__date date = ehlo__date_of(seconds);
    char *at = put(out, date.year, 4, '-');

    at = put(at, date.month, 2, '-');
    at = put(at, date.day, 2, 'T');
    at = put(at, date.hour, 2, ':');
    at = put(at, date.minute, 2, ':');
    put(at, date.second, 2, 'Z');
    return EHLO__DATE_SIZE;
}
