/* codec.c - fuzzes base64, xtext and the parting of SASL PLAIN: what is written reads the same again, what is
 * read was written that way and no other, every room is enough or too little, and nothing is read or written
 * beyond. */
#include <ehlo/codec.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

enum { LONGEST = 4096 };

typedef int codec(void *out, size_t room, const void *data, size_t size);

static void hold(int is_so, const char *law)
{
    if (is_so)
        return;
    fprintf(stderr, "broken: %s\n", law);
    abort();
}

/* In memory of exactly that room, which a sanitizer guards; the caller frees it. */
static unsigned char *in_room(codec *of, size_t room, const void *data, size_t size, int *status)
{
    unsigned char *out = malloc(room ? room : 1);

    hold(out != NULL, "out of memory");
    *status = of(out, room, data, size);
    return out;
}

/* Writes, and reads back; `most` is what `size` octets may come to. */
static void there_and_back(codec *encode, codec *decode, const unsigned char *data, size_t size, size_t most)
{
    int written, read, less;
    unsigned char *text = in_room(encode, most, data, size, &written), *again;

    hold(written >= 0 && (size_t)written <= most, "what is written is no longer than is said");
    for (int i = 0; i < written; i++)
        hold(text[i] >= 33 && text[i] <= 126, "what is written is printable, without spaces");
    again = in_room(decode, size, text, (size_t)written, &read);
    hold(read == (int)size && (size == 0 || memcmp(again, data, size) == 0), "it reads the same again");
    free(again);
    if (written > 0) {
        free(in_room(encode, (size_t)written - 1, data, size, &less));
        hold(less == EHLO_TOO_LONG, "one octet less is too little");
        free(in_room(encode, (size_t)written, data, size, &less));
        hold(less == written, "and that many do");
    }
    free(text);
}

/* Reads, and writes again: as it was, where there is one way alone. */
static void back_and_there(codec *encode, codec *decode, const unsigned char *data, size_t size, int is_only)
{
    int read, less, written;
    unsigned char *octets = in_room(decode, size, data, size, &read), *text;

    hold(read == EHLO_INVALID || (read >= 0 && (size_t)read <= size), "octets, or INVALID");
    if (read >= 0) {
        text = in_room(encode, 3 * size + 4, octets, (size_t)read, &written);
        hold(written >= 0, "what was read can be written");
        if (is_only)
            hold((size_t)written == size && memcmp(text, data, size) == 0, "there is one way to write it");
        free(text);
        if (read > 0) {
            free(in_room(decode, (size_t)read - 1, data, size, &less));
            hold(less == EHLO_TOO_LONG, "one octet less is too little");
        }
        text = in_room(decode, (size_t)read, data, size, &less);
        hold(less == read && memcmp(text, octets, (size_t)read) == 0, "and that many do");
        memcpy(text = realloc(text, size + 1), data, size);
        hold(decode(text, size, text, size) == read && memcmp(text, octets, (size_t)read) == 0,
             "a decoder may write over its own input");
        free(text);
    }
    free(octets);
}

/* Its three fields make up the message again; and any message that is made of three such is one. */
static void check_plain(const unsigned char *data, size_t size)
{
    ehlo_plain_message plain;
    int status = ehlo_sasl_plain(&plain, data, size);
    size_t nuls = 0;

    for (size_t i = 0; i < size; i++)
        nuls += data[i] == 0;
    hold(status == EHLO_OK || status == EHLO_INVALID, "OK or INVALID");
    if (status != EHLO_OK)
        return;
    hold(nuls == 2, "there are two NULs");
    hold(plain.authorization_identity.data == (const char *)data, "the first field starts the message");
    hold(plain.authentication_identity.data ==
             plain.authorization_identity.data + plain.authorization_identity.size + 1,
         "the second follows");
    hold(plain.password.data == plain.authentication_identity.data + plain.authentication_identity.size + 1,
         "then the third");
    hold(plain.password.data + plain.password.size == (const char *)data + size, "which ends it");
    hold(plain.authentication_identity.size > 0 && plain.password.size > 0, "neither of the two is empty");
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    if (size > LONGEST)
        return 0;
    there_and_back(ehlo_base64_encode, ehlo_base64_decode, data, size, (size + 2) / 3 * 4);
    there_and_back(ehlo_xtext_encode, ehlo_xtext_decode, data, size, 3 * size);
    back_and_there(ehlo_base64_encode, ehlo_base64_decode, data, size, 1);
    back_and_there(ehlo_xtext_encode, ehlo_xtext_decode, data, size, 0);
    check_plain(data, size);
    return 0;
}
