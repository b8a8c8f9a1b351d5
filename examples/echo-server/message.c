/* message.c - see message.h. */
#include "message.h"

#include <stdlib.h>
#include <string.h>

struct message *message_new(size_t searches)
{
    return calloc(1, sizeof(struct message) + searches * sizeof(size_t));
}

void message_free(struct message *message)
{
    if (message == NULL)
        return;
    bytes_free(&message->envelope);
    bytes_free(&message->content);
    free(message);
}

int message_add_path(struct message *message, const ehlo_path *path, const ehlo_params *params)
{
    struct bytes *envelope = &message->envelope;
    size_t before = envelope->size;
    bytes_add(envelope, path->mailbox.data, path->mailbox.size);
    bytes_add(envelope, "", 1);
    bytes_add(envelope, params->text.data, params->text.size);
    bytes_add(envelope, "", 1);
    if (!envelope->failed)
        return 0;
    envelope->size = before; /* those that were accepted stay */
    envelope->failed = 0;
    return -1;
}

int message_next(const struct message *message, struct envelope_entry *entry)
{
    const char *at = message->envelope.data;
    if (entry->mailbox != NULL)
        at = entry->parameters + strlen(entry->parameters) + 1;
    if (at == NULL || at == message->envelope.data + message->envelope.size)
        return 0;
    entry->mailbox = at;
    entry->parameters = at + strlen(at) + 1;
    return 1;
}
