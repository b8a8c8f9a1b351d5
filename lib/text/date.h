/* date.h - the calendar: seconds since 1970 began, UTC, as a date. */
#ifndef EHLO_TEXT_DATE_H
#define EHLO_TEXT_DATE_H

#include <stddef.h>
#include <stdint.h>

enum { EHLO__DATE_SIZE = 20 }; /* octets of "9999-12-31T23:59:59Z" */

/* Sunday is day 0 of a week. */
typedef struct ehlo__date {
    unsigned year, month, day, weekday, hour, minute, second;
} ehlo__date;

/* What is beyond the year 9999 is its last second. */
ehlo__date ehlo__date_of(uint64_t seconds);

/* The same as RFC 3339 section 5.6 writes it, EHLO__DATE_SIZE octets. */
size_t ehlo__date_write(char *out, uint64_t seconds);

#endif
