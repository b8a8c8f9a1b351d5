/* row.h - what the tables share.
 *
 * A .def file is a list of rows, each a call of the macro X that its reader passes.  The readers here
 * turn rows into arrays of numbers and of characters: a pointer in constant data would have to be
 * relocated when the library is loaded, an offset does not.
 */
#ifndef EHLO_TABLES_ROW_H
#define EHLO_TABLES_ROW_H

/* For an X that counts: `0 EHLO_ROWS(EHLO__ONE)` is how many rows there are. */
#define EHLO__ONE(...) +1

/* What the word NONE means in a column of extensions. */
enum { EHLO_EXTENSION_NONE = 0 };

#endif
