/* base.c - the library's version and what its statuses mean, as texts.
 *
 * Both are arrays of characters, not of pointers: a pointer in constant data would have to be relocated
 * when the library is loaded.  A switch that returns literals becomes an array of pointers too.
 */
#include <ehlo/base.h>

/* The characters of "MAJOR.MINOR.PATCH", each part of one or two digits, from the enumerators. */
#define DIGITS(n)   ((n) > 9 ? 2 : 1)
#define DIGIT(n, i) (char)('0' + ((n) > 9 && (i) == 0 ? (n) / 10 : (n) % 10))
#define VERSION(i)                                                                                           \
    ((i) < DOT          ? DIGIT(EHLO_VERSION_MAJOR, i)                                                       \
     : (i) == DOT       ? '.'                                                                                \
     : (i) < OTHER_DOT  ? DIGIT(EHLO_VERSION_MINOR, (i) - (DOT + 1))                                         \
     : (i) == OTHER_DOT ? '.'                                                                                \
     : (i) < END        ? DIGIT(EHLO_VERSION_PATCH, (i) - (OTHER_DOT + 1))                                   \
                        : '\0')

enum {
    DOT = DIGITS(EHLO_VERSION_MAJOR),
    OTHER_DOT = DOT + 1 + DIGITS(EHLO_VERSION_MINOR),
    END = OTHER_DOT + 1 + DIGITS(EHLO_VERSION_PATCH)
};

static const char version[] = {VERSION(0), VERSION(1), VERSION(2), VERSION(3), VERSION(4),
                               VERSION(5), VERSION(6), VERSION(7), VERSION(8)};

_Static_assert(EHLO_VERSION_MAJOR < 100 && EHLO_VERSION_MINOR < 100 && EHLO_VERSION_PATCH < 100,
               "a part of the version has more than two digits");

static const char status_texts[][40] = {
    [-EHLO_OK] = "well",
    [-EHLO_BUSY] = "not from inside this callback",
    [-EHLO_STALE] = "answered already, or never asked",
    [-EHLO_GONE] = "the session is over",
    [-EHLO_TOO_LONG] = "does not fit the room there is",
    [-EHLO_MISUSE] = "a call that makes no sense here",
    [-EHLO_BAD_CONFIG] = "the config has a fault",
    [-EHLO_INVALID] = "malformed",
    [-EHLO_UNKNOWN_PARAMETER] = "unknown parameter",
    [-EHLO_UNKNOWN_REPLY] = "not a reply code",
};

const char *ehlo_version(void)
{
    return version;
}

const char *ehlo_status_text(int status)
{
    enum { COUNT = sizeof status_texts / sizeof status_texts[0] };

    return status > 0 || status <= -COUNT ? "unknown status" : status_texts[-status];
}
