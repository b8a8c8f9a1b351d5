/* row.h - what the tables share.
 *
 * A .def file is a list of rows, each a call of the macro X that its reader passes.  The readers here
 * turn rows into arrays of numbers and of characters: a pointer in constant data would have to be
 * relocated when the library is loaded, an offset does not.
 */
#ifndef EHLO_TABLES_ROW_H
#define EHLO_TABLES_ROW_H

#include <ehlo/params.h>

/* For an X that counts: `0 EHLO_ROWS(EHLO__ONE)` is how many rows there are. */
#define EHLO__ONE(...) +1

/* What the words NONE and STARTTLS_OR_AUTH mean in a column of extensions. */
enum {
    EHLO_EXTENSION_NONE = 0,
    EHLO_EXTENSION_STARTTLS_OR_AUTH = EHLO_EXTENSION_STARTTLS | EHLO_EXTENSION_AUTH
};

/* The words of a column of services: sets of 1 << ehlo_service. */
enum {
    EHLO__SERVICES_ALL = 1 << EHLO_SERVICE_SMTP | 1 << EHLO_SERVICE_SUBMISSION | 1 << EHLO_SERVICE_LMTP,
    EHLO__SERVICES_MAIL = 1 << EHLO_SERVICE_SMTP | 1 << EHLO_SERVICE_SUBMISSION,
    EHLO__SERVICES_RELAY = 1 << EHLO_SERVICE_SMTP,
    EHLO__SERVICES_SUBMISSION = 1 << EHLO_SERVICE_SUBMISSION,
    EHLO__SERVICES_LMTP = 1 << EHLO_SERVICE_LMTP
};

#endif
