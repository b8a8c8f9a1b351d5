/* base.h - what every other header needs: version, export macro, texts, statuses.
 *
 * The headers are C99, usable from C++, and readable by cffi: `cc -E -P -DEHLO_CDEF ehlo.h`
 * leaves plain declarations.  Every public constant is an enumerator.
 */
#ifndef EHLO_BASE_H
#define EHLO_BASE_H

#ifdef EHLO_CDEF /* for cffi: no system headers, no attributes */
#define EHLO_API
#define EHLO_BEGIN
#define EHLO_END
#else
#include <stddef.h>
#include <stdint.h>
#if defined(__GNUC__) && __GNUC__ >= 4
#define EHLO_API __attribute__((visibility("default")))
#else
#define EHLO_API
#endif
#ifdef __cplusplus
#define EHLO_BEGIN extern "C" {
#define EHLO_END }
#else
#define EHLO_BEGIN
#define EHLO_END
#endif
#endif

EHLO_BEGIN

/* The version of these headers.  Within a major version the sizes of the structs that a host
 * fills in do not change; structs that the library hands out may grow at their end. */
typedef enum ehlo_version_number {
    EHLO_VERSION_MAJOR = 0,
    EHLO_VERSION_MINOR = 1,
    EHLO_VERSION_PATCH = 0
} ehlo_version_number;

/* The version of the linked library as text, "MAJOR.MINOR.PATCH".  Static storage. */
EHLO_API const char *ehlo_version(void);

/* A run of octets that somebody else owns: a view, not a copy, and not NUL-terminated.
 * Where a function's comment does not say otherwise, `data` may be NULL when `size` is 0. */
typedef struct ehlo_text {
    const char *data;
    size_t size;
} ehlo_text;

/* What a call came to.  Zero is well; everything negative is the caller's mistake or the
 * caller's data's, never the peer's (the peer's faults become replies and events). */
typedef enum ehlo_status {
    EHLO_OK = 0,
    EHLO_BUSY = -1,              /* not from inside this callback */
    EHLO_STALE = -2,             /* that request was answered already, or never asked */
    EHLO_GONE = -3,              /* the session is over */
    EHLO_TOO_LONG = -4,          /* does not fit the room there is */
    EHLO_MISUSE = -5,            /* a call that makes no sense here (docs/design.md, R1-R25) */
    EHLO_BAD_CONFIG = -6,        /* ehlo_server_config_problem() says what */
    EHLO_INVALID = -7,           /* malformed: outside the grammar of the RFC */
    EHLO_UNKNOWN_PARAMETER = -8, /* a parameter of MAIL or RCPT that is not in the table or not offered */
    EHLO_UNKNOWN_REPLY = -9      /* not a reply code: 200 to 599 */
} ehlo_status;

/* A few words on a status, for a log.  Static storage; "unknown status" for any other number. */
EHLO_API const char *ehlo_status_text(int status);

EHLO_END

#endif
