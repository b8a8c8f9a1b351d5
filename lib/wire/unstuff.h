/* unstuff.h - content as it stands on the wire, in either framing. */
#ifndef EHLO_WIRE_UNSTUFF_H
#define EHLO_WIRE_UNSTUFF_H

#include <ehlo/codec.h>

typedef enum ehlo__framing {
    EHLO__STUFFED, /* of DATA: dots are stuffed, CRLF.CRLF ends it */
    EHLO__PLAIN,   /* of a chunk: there is no end in the octets themselves */
    EHLO__FINAL    /* the same, and nothing follows: a CR at the end of `data` is a bare one */
} ehlo__framing;

/* As ehlo_unstuff(), which is this for stuffed content. */
ehlo_found ehlo__content_scan(ehlo_unstuff_state *state, ehlo__framing framing, const void *data, size_t size,
                              size_t *used, ehlo_text *text);

#endif
