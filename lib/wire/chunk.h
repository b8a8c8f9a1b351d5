/* chunk.h - content as it stands in chunks: RFC 3030 section 2. */
#ifndef EHLO_WIRE_CHUNK_H
#define EHLO_WIRE_CHUNK_H

#include <ehlo/codec.h>

/* What is known of what comes behind some octets of a chunk. */
typedef enum ehlo__behind {
    EHLO__MORE_OF_CHUNK,
    EHLO__NEXT_CHUNK, /* they are the last of their chunk */
    EHLO__NOTHING     /* and of the message */
} ehlo__behind;

/* As ehlo_unstuff(), for octets of a chunk: they are content as they stand, and all are used before the
 * answer is EHLO_FOUND_MORE.  A CR of which it cannot be told whether it is bare is held until it can, or to
 * the end of its chunk; there it is handed out, and EHLO_FOUND_BARE_CR with an empty `*text` may follow in
 * the next one.  `*text` need not be a view into `data`. */
ehlo_found ehlo__chunk_text(ehlo_unstuff_state *state, const void *data, size_t size, ehlo__behind behind,
                            size_t *used, ehlo_text *text);

#endif
