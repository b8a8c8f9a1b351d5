/* delivery.h - the end of a message: where it goes, and what is said about it. */
#ifndef DELIVERY_H
#define DELIVERY_H

#include "session.h"

/* What to say to a request of EHLO_DATA_RECEIVED.  Where the reply accepts the message, it has been
 * delivered: echoed, and stored where --maildir says so. */
struct verdict delivery_judge(struct session *session, const ehlo_request *request);

/* The same for EHLO_BURL, which has no other verdict where it completes a message.  Nothing is fetched: only
 * a scripted answer accepts it, and the content is what came by BDAT. */
struct verdict delivery_of_url(struct session *session, const ehlo_request *request, struct verdict verdict);

/* The words to a refusal that was given by `content` already. */
struct verdict delivery_refusal(const struct session *session, const ehlo_request *request,
                                struct verdict verdict);

#endif
