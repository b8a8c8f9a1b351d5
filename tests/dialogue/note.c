/* note.c - what a run keeps: what happened, messages, ids, recipients. */
#include "play.h"

#include <stdlib.h>
#include <string.h>

void *grown(void *array, size_t count, size_t *room, size_t item)
{
    if (count < *room)
        return array;
    *room = *room ? *room * 2 : 16;
    array = realloc(array, *room * item);
    if (!array)
        abort();
    memset((char *)array + count * item, 0, (*room - count) * item);
    return array;
}

happening *note(struct run *run, enum kind kind)
{
    happening *out;
    if (kind == KIND_HEARD || kind == KIND_SAID) {
        run->traced = grown(run->traced, run->traced_count, &run->traced_room, sizeof *run->traced);
        out = &run->traced[run->traced_count++];
    } else {
        run->happened = grown(run->happened, run->happened_count, &run->happened_room, sizeof *run->happened);
        out = &run->happened[run->happened_count++];
    }
    *out = (happening){.kind = kind};
    octets_add(&out->text, "", 0);
    octets_add(&out->facts, "", 0);
    return out;
}

octets *new_message(struct run *run)
{
    run->messages = grown(run->messages, run->message_count, &run->message_room, sizeof *run->messages);
    run->messages[run->message_count] = (octets){0};
    octets_add(&run->messages[run->message_count], "", 0);
    run->message_open = 1;
    run->piece_offset = 0;
    return &run->messages[run->message_count++];
}

/* Which mailbox has which index: a later one takes the place of one that was refused. */
void note_path(struct run *run, uint32_t index, ehlo_text mailbox)
{
    if (index > run->path_count) {
        broke(run, run->line, "recipient %u comes before those in front of it", (unsigned)index);
        return;
    }
    if (index == run->path_count) {
        run->paths = grown(run->paths, run->path_count, &run->path_room, sizeof *run->paths);
        run->path_count++;
    }
    octets_clear(&run->paths[index]);
    octets_add(&run->paths[index], mailbox.data, mailbox.size);
}

ehlo_text path_of(const struct run *run, uint32_t index)
{
    if (index >= run->path_count)
        return (ehlo_text){"", 0};
    return (ehlo_text){(const char *)run->paths[index].data, run->paths[index].size};
}

void note_id(struct run *run, uint64_t id)
{
    if (id == 0)
        broke(run, run->line, "an id is 0 (R6)");
    /* All but always each id is above those before: then none can repeat. */
    if (run->id_count && id <= run->ids[run->id_count - 1])
        for (size_t i = 0; i < run->id_count; i++)
            if (run->ids[i] == id)
                broke(run, run->line, "id %llu came twice (R6)", (unsigned long long)id);
    run->ids = grown(run->ids, run->id_count, &run->id_room, sizeof *run->ids);
    run->ids[run->id_count++] = id;
}
