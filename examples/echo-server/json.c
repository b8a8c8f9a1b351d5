/* json.c - see echo.h: a message as one line of JSON (RFC 8259).
 *
 *   {"hello": "client.example", "tls": true, "auth": "alice", "from": "a@example.org",
 *    "to": ["b@example.com"], "parameters": {"mail": {"BODY": "8BITMIME"}, "rcpt": [{}]},
 *    "size": 812, "content": "... base64 ..."}
 *
 * The null path is "".  A parameter without a value is true.  "auth" is null where nobody logged in.  Behind
 * a proxy there is also
 *
 *    "proxy": {"source": "192.0.2.1", "source_port": 56324,
 *              "destination": "198.51.100.1", "destination_port": 25}
 *
 * or null, where the proxy tells no addresses. */
#include "echo.h"

#include <string.h>

/* A string with its quotes.  UTF-8 goes as it is: the engine has seen to it that it is well-formed. */
static void add_string(struct bytes *out, const char *text, size_t size)
{
    bytes_add(out, "\"", 1);
    for (size_t i = 0; i < size; i++) {
        unsigned char octet = (unsigned char)text[i];
        if (octet == '"' || octet == '\\')
            bytes_print(out, "\\%c", octet);
        else if (octet < 32 || octet == 127)
            bytes_print(out, "\\u%04x", octet);
        else
            bytes_add(out, text + i, 1);
    }
    bytes_add(out, "\"", 1);
}

/* "SIZE=1000 smtputf8" becomes {"SIZE": "1000", "SMTPUTF8": true}. */
static void add_parameters(struct bytes *out, const char *parameters)
{
    bytes_add(out, "{", 1);
    const ehlo_params walked = {.text = {parameters, strlen(parameters)}};
    ehlo_param parameter;
    for (size_t at = 0, first = 1; ehlo_params_next(&walked, &at, &parameter); first = 0) {
        bytes_print(out, "%s\"", first ? "" : ", ");
        for (size_t i = 0; i < parameter.keyword.size; i++) {
            char octet = parameter.keyword.data[i];
            char upper = octet >= 'a' && octet <= 'z' ? (char)(octet - ('a' - 'A')) : octet;
            bytes_add(out, &upper, 1);
        }
        bytes_add(out, "\": ", 3);
        if (parameter.value.size > 0)
            add_string(out, parameter.value.data, parameter.value.size);
        else
            bytes_add(out, "true", 4);
    }
    bytes_add(out, "}", 1);
}

static void add_addresses(struct bytes *out, const struct proxied *proxied)
{
    bytes_print(out, ", \"proxy\": ");
    if (!proxied->told) {
        bytes_print(out, "null");
        return;
    }
    bytes_print(out, "{\"source\": ");
    add_string(out, proxied->source, strlen(proxied->source));
    bytes_print(out, ", \"source_port\": %u, \"destination\": ", proxied->source_port);
    add_string(out, proxied->destination, strlen(proxied->destination));
    bytes_print(out, ", \"destination_port\": %u}", proxied->destination_port);
}

/* A block at a time, all but the last of whole groups of three octets: padding comes at the end alone. */
static void add_base64(struct bytes *out, const char *data, size_t size)
{
    enum { BLOCK = 3 * 1024 };
    char encoded[BLOCK / 3 * 4];
    for (size_t i = 0; i < size; i += BLOCK) {
        size_t left = size - i < BLOCK ? size - i : BLOCK;
        int written = ehlo_base64_encode(encoded, sizeof encoded, data + i, left);
        bytes_add(out, encoded, (size_t)written); /* it fits: 4 octets for 3 */
    }
}

void echo_json(struct bytes *out, const struct message *message, const struct sender *sender)
{
    struct envelope_entry from = {.mark = NULL}, to;
    if (!message_next(message, &from))
        return;
    bytes_print(out, "{\"hello\": ");
    add_string(out, sender->hello, strlen(sender->hello));
    bytes_print(out, ", \"tls\": %s, \"auth\": ", sender->tls ? "true" : "false");
    if (sender->user != NULL)
        add_string(out, sender->user, strlen(sender->user));
    else
        bytes_print(out, "null");
    if (sender->proxied != NULL)
        add_addresses(out, sender->proxied);
    bytes_print(out, ", \"from\": ");
    add_string(out, from.mailbox, strlen(from.mailbox));

    const char *comma = "";
    bytes_print(out, ", \"to\": [");
    for (to = from; message_next_wanted(message, &to); comma = ", ") {
        bytes_print(out, "%s", comma);
        add_string(out, to.mailbox, strlen(to.mailbox));
    }
    bytes_print(out, "], \"parameters\": {\"mail\": ");
    add_parameters(out, from.parameters);
    comma = "";
    bytes_print(out, ", \"rcpt\": [");
    for (to = from; message_next_wanted(message, &to); comma = ", ") {
        bytes_print(out, "%s", comma);
        add_parameters(out, to.parameters);
    }
    bytes_print(out, "]}, \"size\": %zu, \"content\": \"", message->content.size);
    add_base64(out, message->content.data, message->content.size);
    bytes_print(out, "\"}\n");
}
