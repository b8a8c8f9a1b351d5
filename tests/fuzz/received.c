/* received.c - fuzzes the trace fields: whatever the texts are, a field is lines that end in CRLF and go on
 * behind CRLF and a blank, of at most 998 octets, printable, in every room that holds it and in none that
 * does not; and nothing of a hello or a name opens or closes a comment.
 *
 * The first 32 octets of an input are numbers and flags; then the texts, parted by octets of 0xff.
 */
#include <ehlo/path.h>
#include <ehlo/received.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

enum { NUMBERS = 32, LONGEST = 8192, LINE = 998 };

static void hold(int is_so, const char *law)
{
    if (is_so)
        return;
    fprintf(stderr, "broken: %s\n", law);
    abort();
}

/* The text up to the next 0xff. */
static ehlo_text next_text(const unsigned char **data, size_t *size)
{
    ehlo_text text = {(const char *)*data, 0};

    while (text.size < *size && (*data)[text.size] != 0xff)
        text.size++;
    *data += text.size + (text.size < *size);
    *size -= text.size + (text.size < *size);
    return text;
}

static void check_field(const char *field, size_t size, const char *name, int utf8)
{
    size_t start = 0, opened = 0;
    char inside = 0; /* what ends a quoted string or a literal, where a parenthesis is none */

    hold(size > strlen(name) && memcmp(field, name, strlen(name)) == 0, "a field starts with its name");
    hold(size <= EHLO_RECEIVED_ROOM, "no field needs more room than is said");
    for (size_t at = 0; at < size; at++) {
        unsigned char octet = (unsigned char)field[at];
        if (octet == '\r') {
            hold(at + 1 < size && field[at + 1] == '\n', "no CR stands alone");
            hold(at - start <= LINE, "a line has at most 998 octets");
            hold(at > start, "no line is empty");
            at++;
            start = at + 1;
            hold(start == size || field[start] == ' ' || field[start] == '\t',
                 "behind a line end the field goes on, or is over");
            continue;
        }
        hold(octet == '\t' || (octet >= ' ' && octet != 0x7f), "no control character is in it");
        hold(octet < 0x80 || utf8, "nor UTF-8 that is not allowed");
        if (inside) {
            at += inside == '"' && octet == '\\';
            inside = octet == (unsigned char)inside ? 0 : inside;
            continue;
        }
        inside = octet == '"' ? '"' : octet == '[' ? ']' : 0;
        opened += octet == '(';
        hold(octet != ')' || opened > 0, "no comment is closed that was not opened");
        opened -= octet == ')';
        hold(opened <= 1, "no comment is within another");
    }
    hold(start == size, "a field ends in CRLF");
    hold(opened == 0 && !inside, "what was opened is closed");
}

/* Written into memory of exactly that room. */
static int write_in(char **out, size_t room, const ehlo_received *received, ehlo_text mailbox, int utf8)
{
    *out = malloc(room ? room : 1);
    hold(*out != NULL, "out of memory");
    return received ? ehlo_received_write(*out, room, received)
                    : ehlo_return_path_write(*out, room, mailbox, utf8);
}

/* In all rooms around where it fits, and some others. */
static void check_rooms(const ehlo_received *received, ehlo_text mailbox, int utf8, unsigned seed)
{
    const char *name = received ? "Received:" : "Return-Path:";
    char *field, *other;
    int size = write_in(&field, EHLO_RECEIVED_ROOM, received, mailbox, utf8);

    hold(size > 0 || size == EHLO_INVALID || (!received && size == EHLO_TOO_LONG && mailbox.size > LINE - 4),
         "a field, or INVALID");
    if (size > 0) {
        check_field(field, (size_t)size, name, utf8);
        for (size_t room = (size_t)size > 90 ? (size_t)size - 90 : 0; room <= (size_t)size + 1; room++) {
            int fits = write_in(&other, room, received, mailbox, utf8);
            hold(fits == (room < (size_t)size ? EHLO_TOO_LONG : size), "it fits where it fits");
            hold(fits < 0 || memcmp(field, other, (size_t)size) == 0, "and is the same");
            free(other);
        }
        hold(write_in(&other, seed % (unsigned)size, received, mailbox, utf8) == EHLO_TOO_LONG,
             "less room is too little");
        free(other);
    }
    free(field);
}

static int is_path(ehlo_text mailbox, int utf8)
{
    ehlo_path path;

    return mailbox.size == 0 ||
           (ehlo_mailbox_parse(&path, mailbox.data, mailbox.size) == EHLO_OK && (utf8 || !path.utf8));
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    ehlo_received received;
    const unsigned char *numbers = data;
    uint64_t time = 0;

    if (size < NUMBERS || size > LONGEST)
        return 0;
    memset(&received, 0, sizeof received);
    data += NUMBERS;
    size -= NUMBERS;
    for (int i = 0; i < 8; i++)
        time = time << 8 | numbers[i];
    received.time = (int64_t)(numbers[8] & 1 ? time : time & 0xffffffffff);
    received.zone = numbers[8] & 2 ? (int32_t)(numbers[9] << 8 | numbers[10]) - 1440 : 0;
    received.address_size = numbers[11] % 3 == 0 ? 0 : numbers[11] % 3 == 1 ? 4 : 16;
    if (numbers[11] > 250)
        received.address_size = numbers[11];
    received.tls = numbers[12] & 1;
    received.authenticated = numbers[12] >> 1 & 1;
    received.extended = numbers[12] >> 2 & 1;
    received.lmtp = numbers[12] >> 3 & 1;
    received.smtputf8 = numbers[12] >> 4 & 1;
    received.reserved[37] = numbers[13] == 1;
    memcpy(received.address, numbers + 16, 16);
    received.hello = next_text(&data, &size);
    received.name = next_text(&data, &size);
    received.by = next_text(&data, &size);
    received.id = next_text(&data, &size);
    received.recipient = next_text(&data, &size);
    received.cipher = next_text(&data, &size);

    check_rooms(&received, received.recipient, received.smtputf8, numbers[14]);
    if (numbers[15] & 1) { /* nothing that the host got wrong is left */
        char field[EHLO_RECEIVED_ROOM];
        received.id.size = received.cipher.size = 0;
        received.address_size = received.reserved[37] = 0;
        received.time = 1700000000;
        received.zone = 0;
        hold((ehlo_received_write(field, sizeof field, &received) > 0) ==
                 (received.hello.size && received.by.size),
             "nothing that a client says is INVALID");
    }
    check_rooms(NULL, received.recipient, received.smtputf8, numbers[14]);
    if (received.recipient.size <= LINE - 4) {
        char field[EHLO_RECEIVED_ROOM];
        int status = ehlo_return_path_write(field, sizeof field, received.recipient, received.smtputf8);
        hold((status == EHLO_INVALID) != is_path(received.recipient, received.smtputf8),
             "a Return-Path is that of a mailbox");
    }
    return 0;
}
