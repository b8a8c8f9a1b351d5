/* choose.c - which of a dialogue's answers the host gives. */
#include "play.h"

#include <string.h>

/* ---- to requests ------------------------------------------------------------------------------ */

/* What the host is asked, as far as answers tell it apart. */
struct question {
    int place;
    ehlo_text argument;
    const ehlo_request *request; /* NULL: it is none */
    octets response;             /* AUTH: decoded */
};

static int is_text(ehlo_text text, const char *data, size_t size)
{
    return text.size == size && size && memcmp(text.data, data, size) == 0;
}

/* How many things an answer names that fit the question; -1: one does not. */
static int fits(const struct answer *answer, const struct question *question)
{
    const ehlo_request *request = question->request;
    const octets *response = &question->response;

    if (answer->place != question->place ||
        (answer->argument && !is_text(question->argument, answer->argument, strlen(answer->argument))) ||
        (answer->has_step && request->auth.step != answer->step) ||
        (answer->response && !(request->auth.has_response && response->size == answer->response_size &&
                               memcmp(response->data, answer->response, response->size) == 0)))
        return -1;
    return (answer->argument != NULL) + answer->has_step + (answer->response != NULL);
}

/* The one that names most; of those the last. */
static const struct answer *answer_to(const struct run *run, const struct question *question)
{
    const struct answer *found = NULL;
    int most = 0;

    for (size_t i = 0; i < run->answer_count; i++) {
        int named = fits(&run->answers[i]->answer, question);
        if (named >= most) {
            found = &run->answers[i]->answer;
            most = named;
        }
    }
    return found;
}

/* What the answers of a dialogue call the thing asked about. */
static ehlo_text argument_of(const struct run *run, const ehlo_request *request)
{
    if (opens_transaction(request->command))
        return request->mail.path.mailbox;
    switch (request->command) {
    case EHLO_RCPT: return request->rcpt.path.mailbox;
    case EHLO_AUTH: return request->auth.mechanism;
    case EHLO_BURL: return request->burl.url;
    case EHLO_DATA_RECEIVED:
        if (request->received.scope == EHLO_SCOPE_RECIPIENT)
            return path_of(run, request->received.recipient);
        return request->argument;
    default: return request->argument;
    }
}

const struct answer *answer_for(struct run *run, const ehlo_request *request)
{
    struct question question = {
        .place = request->command, .argument = argument_of(run, request), .request = request};
    const struct answer *found;
    ehlo_text response = request->auth.response;
    int size;

    octets_add(&question.response, response.data, response.size); /* which is longer than what it comes to */
    size = ehlo_base64_decode(question.response.data, question.response.size, response.data, response.size);
    if (size < 0)
        broke(run, run->line, "a response of AUTH is not base64 (R11)");
    question.response.size = size < 0 ? 0 : (size_t)size;
    found = answer_to(run, &question);
    octets_free(&question.response);
    return found;
}

const struct answer *write_answer(const struct run *run)
{
    return answer_to(run, &(struct question){.place = PLACE_WRITE});
}

/* ---- to content ------------------------------------------------------------------------------- */

/* Where in the message the words of an answer end, if that is behind the `old` octets before. */
static size_t words_end(const octets *message, size_t old, const char *words)
{
    size_t length = strlen(words), from = old >= length ? old - length + 1 : 0;
    for (size_t at = from; at + length <= message->size; at++)
        if (memcmp(message->data + at, words, length) == 0)
            return at + length;
    return 0;
}

const struct answer *content_answer(const struct run *run, const octets *message, size_t old, size_t *end)
{
    const struct answer *found = NULL;
    for (size_t i = 0; i < run->answer_count; i++) {
        const struct answer *one = &run->answers[i]->answer;
        size_t behind;
        if (one->place != PLACE_CONTENT)
            continue;
        behind = one->argument ? words_end(message, old, one->argument) : old;
        if (behind || !one->argument) {
            found = one;
            *end = behind;
        }
    }
    return found;
}

/* Whether an answer to a piece refuses the message at once. */
int refuses(const struct answer *answer)
{
    return answer->kind == ANSWER_RETURN ? answer->returned != EHLO_DEFAULT : answer->kind == ANSWER_CODE;
}
