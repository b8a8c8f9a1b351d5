/* bearer.c - OAUTHBEARER (RFC 7628): whoever has the token of --auth-token may log in, under any name.
 *
 * A real server would ask whoever issued the token whose it is, and until when. */
#include "auth.h"
#include "secret.h"

#include <string.h>

enum { SEPARATOR = 1 }; /* ^A, behind the header and behind each key=value (section 3.1) */

static int is_separator(ehlo_text text)
{
    return text.size > 0 && text.data[0] == SEPARATOR;
}

/* Takes off what stands before the next such octet, and that; data is NULL where there is none. */
static ehlo_text take_up_to(ehlo_text *rest, char octet)
{
    const char *end = rest->size > 0 ? memchr(rest->data, octet, rest->size) : NULL;
    ehlo_text taken = {NULL, 0};
    if (end == NULL)
        return taken;
    taken = (ehlo_text){rest->data, (size_t)(end - rest->data)};
    *rest = (ehlo_text){end + 1, rest->size - taken.size - 1};
    return taken;
}

static int starts_with(ehlo_text text, const char *word)
{
    size_t size = strlen(word);
    return text.size >= size && memcmp(text.data, word, size) == 0;
}

/* The header of RFC 5801 section 4: "n," and perhaps "a=" and a name, and ",".  Names that are not printable
 * ASCII are not taken: they would be shown to people. */
static int take_header(struct exchange *exchange, ehlo_text *rest)
{
    ehlo_text binding = take_up_to(rest, ','), name = take_up_to(rest, ',');
    if (binding.size != 1 || (binding.data[0] != 'n' && binding.data[0] != 'y') || name.data == NULL)
        return -1;
    if (name.size > 0 && !starts_with(name, "a="))
        return -1;
    for (size_t i = 0; i < name.size; i++)
        if (name.data[i] <= ' ' || name.data[i] >= 127)
            return -1;
    if (name.size > 0)
        exchange_call(exchange, (ehlo_text){name.data + 2, name.size - 2});
    return 0;
}

/* The word before the token is read in any letter case (RFC 7628 section 4). */
static int is_bearer(ehlo_text value)
{
    static const char word[] = "bearer ";
    for (size_t i = 0; i < sizeof word - 1; i++)
        if (value.size <= i ||
            ((unsigned char)value.data[i] | (word[i] == ' ' ? 0 : 32)) != (unsigned char)word[i])
            return 0;
    return 1;
}

/* What is wrong with the response, in a word of OAuth's registry, or NULL. */
static const char *problem_of(struct exchange *exchange, ehlo_text response)
{
    const size_t key = strlen("auth="), word = strlen("bearer ");
    ehlo_text token = {NULL, 0};
    if (take_header(exchange, &response) != 0 || !is_separator(response))
        return "invalid_request";
    take_up_to(&response, SEPARATOR);
    while (!is_separator(response)) {
        ehlo_text pair = take_up_to(&response, SEPARATOR);
        if (pair.data == NULL)
            return "invalid_request";
        if (starts_with(pair, "auth=") && is_bearer((ehlo_text){pair.data + key, pair.size - key}))
            token = (ehlo_text){pair.data + key + word, pair.size - key - word};
    }
    if (response.size != 1 || token.data == NULL)
        return "invalid_request";
    const char *known = exchange->users->token;
    return known != NULL && secret_equal(token.data, token.size, known) ? NULL : "invalid_token";
}

/* A refusal takes one round more: what is wrong goes as a challenge, which the client answers with an octet
 * that says nothing, or gives up (section 3.2.3). */
enum auth_outcome bearer_step(struct exchange *exchange, ehlo_text response)
{
    if (exchange->step++ > 0)
        return AUTH_DENIED;
    const char *problem = problem_of(exchange, response);
    if (problem == NULL)
        return AUTH_GRANTED;
    bytes_print(&exchange->challenge, "{\"status\":\"%s\"}", problem);
    return exchange->challenge.failed ? AUTH_FAILED : AUTH_CHALLENGE;
}
