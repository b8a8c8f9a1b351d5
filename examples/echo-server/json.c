/* json.c - see echo.h: a message as one line of JSON (RFC 8259).
 *
 *   {"hello": "client.example", "tls": false, "auth": null, "from": "a@example.org",
 *    "to": ["b@example.com"], "parameters": {"mail": {"BODY": "8BITMIME"}, "rcpt": [{}]},
 *    "size": 812, "content": "... base64 ..."}
 *
 * The null path is "".  A parameter without a value is true. */
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
    for (const char *at = parameters; *at != '\0';) {
        size_t size = strcspn(at, " "), keyword = strcspn(at, " =");
        bytes_print(out, "%s\"", at == parameters ? "" : ", ");
        for (size_t i = 0; i < keyword; i++) {
            char upper = at[i] >= 'a' && at[i] <= 'z' ? (char)(at[i] - ('a' - 'A')) : at[i];
            bytes_add(out, &upper, 1);
        }
        bytes_add(out, "\": ", 3);
        if (keyword < size)
            add_string(out, at + keyword + 1, size - keyword - 1);
        else
            bytes_add(out, "true", 4);
        at += size;
        at += *at == ' ';
    }
    bytes_add(out, "}", 1);
}

/* RFC 4648 section 4. */
static void add_base64(struct bytes *out, const char *data, size_t size)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < size; i += 3) {
        size_t left = size - i;
        uint32_t bits = (uint32_t)(unsigned char)data[i] << 16;
        bits |= left > 1 ? (uint32_t)(unsigned char)data[i + 1] << 8 : 0;
        bits |= left > 2 ? (uint32_t)(unsigned char)data[i + 2] : 0;
        char four[4] = {digits[bits >> 18], digits[bits >> 12 & 63], '=', '='};
        if (left > 1)
            four[2] = digits[bits >> 6 & 63];
        if (left > 2)
            four[3] = digits[bits & 63];
        bytes_add(out, four, sizeof four);
    }
}

void echo_json(struct bytes *out, const struct message *message, const struct sender *sender)
{
    struct envelope_entry from = {NULL, NULL}, to;
    if (!message_next(message, &from))
        return;
    bytes_print(out, "{\"hello\": ");
    add_string(out, sender->hello, strlen(sender->hello));
    bytes_print(out, ", \"tls\": %s, \"auth\": null, \"from\": ", sender->tls ? "true" : "false");
    add_string(out, from.mailbox, strlen(from.mailbox));

    const char *comma = "";
    bytes_print(out, ", \"to\": [");
    for (to = from; message_next(message, &to); comma = ", ") {
        bytes_print(out, "%s", comma);
        add_string(out, to.mailbox, strlen(to.mailbox));
    }
    bytes_print(out, "], \"parameters\": {\"mail\": ");
    add_parameters(out, from.parameters);
    comma = "";
    bytes_print(out, ", \"rcpt\": [");
    for (to = from; message_next(message, &to); comma = ", ") {
        bytes_print(out, "%s", comma);
        add_parameters(out, to.parameters);
    }
    bytes_print(out, "]}, \"size\": %zu, \"content\": \"", message->content.size);
    add_base64(out, message->content.data, message->content.size);
    bytes_print(out, "\"}\n");
}
