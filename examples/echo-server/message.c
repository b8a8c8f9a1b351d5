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
    bytes_add(envelope, &(char){MARK_WANTED}, 1);
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
    char *at = message->envelope.data;
    if (entry->mark != NULL)
        at = entry->mark + (entry->parameters - entry->mark) + strlen(entry->parameters) + 1;
    if (at == NULL || at == message->envelope.data + message->envelope.size)
        return 0;
    entry->mark = at;
    entry->mailbox = at + 1;
    entry->parameters = entry->mailbox + strlen(entry->mailbox) + 1;
    return 1;
}

int message_next_wanted(const struct message *message, struct envelope_entry *entry)
{
    while (message_next(message, entry))
        if (*entry->mark == MARK_WANTED)
            return 1;
    return 0;
}

const struct envelope_entry *message_recipient(struct message *message, size_t index)
{
    struct envelope_entry *asked = &message->asked;
    if (asked->mark == NULL || index < message->asked_index) { /* from the reverse-path on */
        *asked = (struct envelope_entry){.mark = NULL};
        message->asked_index = 0;
        if (!message_next(message, asked) || !message_next(message, asked))
            return NULL;
    }
    for (; message->asked_index < index; message->asked_index++) {
        if (!message_next(message, asked)) {
            asked->mark = NULL;
            return NULL;
        }
    }
    return asked;
}

void message_refuse(struct message *message, const struct envelope_entry *recipient)
{
    message->recipients -= *recipient->mark == MARK_WANTED;
    *recipient->mark = MARK_REFUSED;
}
