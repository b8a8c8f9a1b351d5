/* auth.c - AUTH: RFC 4954 section 4, R11.
 *
 * What the client says is checked to be canonical base64 and shown to the host as it stands: nothing is
 * decoded or kept here, and no secret is in an event or a trace.  Each line of the client's is a step; the
 * host answers it with a challenge or ends the exchange.
 */
#include "../parse/line.h"
#include "../text/ascii.h"
#include "../text/base64.h"
#include "../text/view.h"
#include "session.h"

enum { MOST_STEPS = 16 };

/* The host's request of one step; `response` is base64, checked. */
static void fill(ehlo_server *server, ehlo_text response, int has_response)
{
    ehlo_request *request = &server->call->request;

    request->auth.mechanism = ehlo__mechanism(server->config, server->mechanism);
    request->auth.response = response;
    request->auth.has_response = (uint8_t)has_response;
    request->auth.step = server->step;
}

int ehlo__mechanism_parse(ehlo_server *server, ehlo_text argument)
{
    ehlo_text response = argument, name = ehlo__first_word(&response);
    int number, has_response = name.size < argument.size;

    if (server->flags & EHLO__AUTHENTICATED)
        return EHLO_EVENT_OUT_OF_ORDER;
    if (!name.size)
        return EHLO_EVENT_BAD_ARGUMENT;
    number = ehlo__mechanism_find(server->config, name);
    if (number < 0)
        return EHLO_EVENT_UNKNOWN_MECHANISM;
    if (has_response && ehlo__mechanism_is_server_first(name))
        return EHLO_EVENT_INITIAL_RESPONSE;
    if (response.size == 1 && response.data[0] == '=') /* one of no octets */
        response.size = 0;
    else if (has_response && (!response.size || !ehlo__base64_valid(response.data, response.size)))
        return EHLO_EVENT_BAD_BASE64;

    if (!(server->flags & EHLO__TLS))
        ehlo__leniency_out(server, EHLO_LENIENT_AUTH_WITHOUT_TLS);
    server->mechanism = (uint8_t)number;
    server->step = 0;
    fill(server, response, has_response);
    return 0;
}

/* Why a response is not shown to the host; 0: it is. */
static int refusal_of(const ehlo_server *server, ehlo_text response)
{
    if (response.size == 1 && response.data[0] == '*')
        return EHLO_EVENT_AUTH_CANCELLED;
    if (!ehlo__base64_valid(response.data, response.size))
        return EHLO_EVENT_BAD_BASE64;
    return server->step + 1 == MOST_STEPS ? EHLO_EVENT_TOO_MANY_AUTH_STEPS : 0;
}

void ehlo__response_line(ehlo_server *server, const unsigned char *data, size_t size)
{
    ehlo_text response = {(const char *)data, ehlo__line_trim(data, size)};
    int refusal = refusal_of(server, response);

    ehlo__trace_out(server, EHLO_FROM_PEER, data, 0, size);
    if (refusal) {
        ehlo__refuse(server, EHLO_AUTH, refusal, 0);
        return;
    }
    server->step++;
    ehlo__fresh_request(server);
    fill(server, response, 1);
    ehlo__ask(server, EHLO_AUTH);
}
