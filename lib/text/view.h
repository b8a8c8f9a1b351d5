/* view.h - views of texts: of one that ends in a NUL, and of its words. */
#ifndef EHLO_TEXT_VIEW_H
#define EHLO_TEXT_VIEW_H

#include <ehlo/base.h>

/* All of a NUL-terminated text, without the NUL; of NULL nothing. */
ehlo_text ehlo__view(const char *text);

/* Takes the first word off: up to a space or the end.  `*text` is then what stands behind that one space. */
ehlo_text ehlo__first_word(ehlo_text *text);

#endif
