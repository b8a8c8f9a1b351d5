/* delivery.c - see delivery.h.
 *
 * In SMTP one reply is about the whole message.  In LMTP each recipient has a reply of its own, and what is
 * promised to one cannot be taken back when the next is asked about: so all are judged, and the message is
 * delivered to those who shall have it, before the first reply.  With PRDR each has one, too, but what counts
 * is the last, about the message. */
#include "delivery.h"

#include "echo.h"

#include <errno.h>
#include <string.h>

/* ---- where it goes ---------------------------------------------------------------------------- */

static const char *hello_of(const ehlo_request *request)
{
    if (request->lmtp)
        return "LHLO";
    return request->extended ? "EHLO" : "HELO";
}

/* Whoever was let in by a scripted answer has no name. */
static const char *user_of(const struct session *session, const ehlo_request *request)
{
    if (!request->authenticated)
        return NULL;
    return session->user != NULL ? session->user : "";
}

/* One message is one write, so that echoes never mix and are complete once they are there.  It waits
 * for whoever reads them. */
static int echo(struct session *session, const ehlo_request *request)
{
    struct service *service = session->service;
    struct sender sender = {.command = hello_of(request),
                            .hello = session->hello != NULL ? session->hello : "",
                            .user = user_of(session, request),
                            .proxied = session->proxied,
                            .tls = request->tls};
    struct bytes out = {.data = NULL};
    if (service->options.json)
        echo_json(&out, session->message, &sender);
    else
        echo_text(&out, session->message, &sender, service->messages + 1);
    int status = 0;
    if (out.failed)
        status = 452;
    else if (write_all(service->echo, out.data, out.size) != 0)
        status = 451;
    if (status == 451)
        complain("cannot echo a message: %s", strerror(errno));
    bytes_free(&out);
    return status;
}

/* Where a message has to go before it may be accepted.  0, or the code that refuses it. */
static int deliver(struct session *session, const ehlo_request *request)
{
    struct service *service = session->service;
    if (service->options.sink)
        return 0;
    const struct bytes *content = &session->message->content;
    if (service->options.maildir != NULL &&
        maildir_store(&service->maildir, content->data, content->size) != 0) {
        int full = errno == ENOSPC || errno == EDQUOT;
        complain("cannot store a message in %s, which is refused for now: %s", service->options.maildir,
                 strerror(errno));
        return full ? 452 : 451;
    }
    int status = echo(session, request);
    status = service->options.maildir != NULL ? 0 : status; /* it is safe: better unseen than twice */
    service->messages += status == 0;
    return status;
}

/* ---- what is said about it -------------------------------------------------------------------- */

/* As scripted for that recipient, or for the message where it is NULL. */
static struct verdict scripted(const struct session *session, const ehlo_request *request,
                               const char *recipient)
{
    const struct answer *answer = answers_find(&session->service->options.answers, request, recipient);
    return answer != NULL ? answer->verdict : verdict_default();
}

struct verdict delivery_refusal(const struct session *session, const ehlo_request *request,
                                struct verdict verdict)
{
    const struct message *message = session->message;
    if (message != NULL && message->refused_by != NULL &&
        message->refused_by->verdict.code == request->received.refused)
        return message->refused_by->verdict;
    return verdict_accepts(&verdict) ? verdict_default() : verdict; /* it stays refused */
}

/* LMTP.  After a 421 there are no more replies, so that the recipients behind it have no message either. */
static void settle_all(struct session *session, const ehlo_request *request)
{
    struct message *message = session->message;
    struct envelope_entry entry = {.mark = NULL};
    int closing = 0;
    message_next(message, &entry); /* the reverse-path */
    while (message_next(message, &entry)) {
        struct verdict verdict = scripted(session, request, entry.mailbox);
        if (closing || !verdict_accepts(&verdict))
            message_refuse(message, &entry);
        closing |= verdict.code == 421;
    }
    message->settled = 1;
    if (message->recipients > 0)
        message->status = deliver(session, request);
}

static struct verdict judge_recipient(struct session *session, const ehlo_request *request)
{
    struct message *message = session->message;
    const struct envelope_entry *recipient =
        message != NULL ? message_recipient(message, request->received.recipient) : NULL;
    struct verdict verdict = scripted(session, request, recipient != NULL ? recipient->mailbox : NULL);
    if (request->received.refused != 0)
        return delivery_refusal(session, request, verdict);
    if (recipient == NULL) /* --sink */
        return verdict;
    if (request->lmtp && !message->settled)
        settle_all(session, request);
    if (!verdict_accepts(&verdict))
        message_refuse(message, recipient);
    else if (message->status != 0)
        return verdict_of(message->status);
    return verdict;
}

struct verdict delivery_judge(struct session *session, const ehlo_request *request)
{
    if (request->received.scope == EHLO_SCOPE_RECIPIENT)
        return judge_recipient(session, request);
    const struct message *message = session->message;
    struct verdict verdict = scripted(session, request, NULL);
    if (request->received.refused != 0)
        return delivery_refusal(session, request, verdict);
    if (!verdict_accepts(&verdict))
        return verdict;
    if (message != NULL && message->recipients == 0) /* PRDR: nobody is left who wants it */
        return verdict_of(550);
    int status = message != NULL ? deliver(session, request) : 0;
    return status != 0 ? verdict_of(status) : verdict;
}

struct verdict delivery_of_url(struct session *session, const ehlo_request *request, struct verdict verdict)
{
    int accepted = ehlo_reply_severity(verdict.code) == EHLO_SEVERITY_SUCCESS;
    if (!accepted || !request->burl.last || session->message == NULL)
        return verdict;
    int status = deliver(session, request);
    return status != 0 ? verdict_of(status) : verdict;
}
