/* echo.c - see echo.h: the block for people.
 *
 * The first line says how many octets of content follow the line "----- content", so that a program
 * finds the end whatever is in there. */
#include "echo.h"

static void add_path(struct bytes *out, const char *what, const struct envelope_entry *entry)
{
    bytes_print(out, "  %s: <%s>%s%s\n", what, entry->mailbox, entry->parameters[0] != '\0' ? " " : "",
                entry->parameters);
}

static void add_addresses(struct bytes *out, const struct proxied *proxied)
{
    if (proxied->told)
        bytes_print(out, "  proxy: from %s port %u to %s port %u\n", proxied->source, proxied->source_port,
                    proxied->destination, proxied->destination_port);
    else
        bytes_print(out, "  proxy: tells no addresses\n");
}

void echo_text(struct bytes *out, const struct message *message, const struct sender *sender, uint64_t number)
{
    unsigned long long n = number;
    size_t recipients = message->recipients;
    bytes_print(out, "message %llu: %zu octets for %zu recipient%s\n", n, message->content.size, recipients,
                recipients == 1 ? "" : "s");
    bytes_print(out, "  hello: %s %s\n  tls: %s\n  auth: %s\n", sender->command, sender->hello,
                sender->tls ? "yes" : "no", sender->user != NULL ? sender->user : "none");
    if (sender->proxied != NULL)
        add_addresses(out, sender->proxied);
    struct envelope_entry entry = {.mark = NULL};
    for (const char *what = "from"; message_next_wanted(message, &entry); what = "to")
        add_path(out, what, &entry);
    bytes_print(out, "----- content of message %llu\n", n);
    bytes_add(out, message->content.data, message->content.size);
    bytes_print(out, "----- end of message %llu\n", n);
}
