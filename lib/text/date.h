/* date.h - the calendar: seconds since 1970 began, UTC, as a date. */
#ifndef EHLO_TEXT_DATE_H
#define EHLO_TEXT_DATE_H

#include <stddef.h>
#include <stdint.h>

enum { EHLO__DATE_SIZE = 20 };          /* octets of "9999-12-31T23:59:59Z", */
#define EHLO__DATE_LATEST 253402300799u /* which is this second since 1970 began: the last there is */

/* Sunday is day 0 of a week. */
typedef struct ehlo__date {
    unsigned year, month, day, weekday, hour, minute, second;
} ehlo__date;

/* What is beyond the year 9999 is its last second. */
ehlo__date ehlo__date_of(uint64_t seconds);

/* The other way: days from 1970-01-01 to the first day of a month, which is counted from January of the year
 * 0 on. */
int32_t ehlo__days_before(uint32_t month);

/* What ehlo__date_of() makes of it, as RFC 3339 section 5.6 writes it, EHLO__DATE_SIZE octets. */
size_t ehlo__date_write(char *out, uint64_t seconds);

#endif
