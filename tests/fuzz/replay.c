/* replay.c - runs a fuzz target without a fuzzer: on each file given, on each file of each folder given, and
 * on ROUNDS variations of each, always the same.  So a crash that a fuzzer found stays a test everywhere. */
#define _DEFAULT_SOURCE
#include <dirent.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

enum { LONGEST = 65536 };

static long rounds = 200, files, runs;
static uint64_t state = 88172645463325252u;

static size_t random_below(size_t limit)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (size_t)(state >> 11) % limit;
}

/* One small change. */
static size_t vary(unsigned char *data, size_t size)
{
    static const char *const words[] = {"\r\n",
                                        ".\r\n",
                                        "\r\n.\r\n",
                                        "\n",
                                        "\r",
                                        "..",
                                        "<>",
                                        "<a@b.example>",
                                        "\xff",
                                        "RSET\r\n",
                                        "DATA\r\n",
                                        "MAIL FROM:<>\r\n",
                                        "RCPT TO:<a@b.example>\r\n",
                                        "EHLO a.example\r\n",
                                        "BDAT 3\r\n",
                                        "BDAT 2 LAST\r\n",
                                        "STARTTLS\r\n",
                                        "AUTH PLAIN AAAA\r\n",
                                        "AAAA\r\n",
                                        " "};
    size_t at = random_below(size + 1), length;

    switch (random_below(4)) {
    case 0: /* another octet */
        if (at < size)
            data[at] = (unsigned char)random_below(256);
        return size;
    case 1: /* some are gone */
        length = random_below(size - at + 1) % 16;
        memmove(data + at, data + at + length, size - at - length);
        return size - length;
    case 2: /* some come twice */
        length = random_below(size - at + 1) % 64;
        if (size + length > LONGEST)
            return size;
        memmove(data + at + length, data + at, size - at);
        return size + length;
    default: { /* a word */
        const char *word = words[random_below(sizeof words / sizeof *words)];
        length = strlen(word);
        if (size + length > LONGEST)
            return size;
        memmove(data + at + length, data + at, size - at);
        memcpy(data + at, word, length);
        return size + length;
    }
    }
}

static unsigned char *running; /* ends where its memory ends: a sanitizer sees one octet of over-read */
static size_t running_size;

static void run(const unsigned char *data, size_t size)
{
    running = malloc(size ? size : 1);
    running_size = size;
    if (!running)
        exit(2);
    memcpy(running, data, size);
    LLVMFuzzerTestOneInput(running, size);
    free(running);
    runs++;
}

/* Keeps the input that broke a law, for a debugger, and for the corpus once it is mended. */
static void keep(int signal_number)
{
    FILE *file = fopen("broken-input", "wb");

    (void)signal_number;
    if (file) {
        fwrite(running, 1, running_size, file);
        fclose(file);
        fprintf(stderr, "replay: the input is in ./broken-input\n");
    }
}

static void replay_file(const char *path)
{
    static unsigned char data[LONGEST], varied[LONGEST];
    FILE *file = fopen(path, "rb");
    size_t size, varied_size;

    if (!file) {
        perror(path);
        exit(2);
    }
    size = fread(data, 1, sizeof data, file);
    fclose(file);
    fprintf(stderr, "%s\n", path); /* the last one is to blame for a crash */
    run(data, size);
    for (long i = 0; i < rounds; i++) {
        memcpy(varied, data, size);
        varied_size = size;
        for (size_t changes = 1 + random_below(4); changes; changes--)
            varied_size = vary(varied, varied_size);
        run(varied, varied_size);
    }
    files++;
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static void replay(const char *path)
{
    struct stat about;
    struct dirent **entries;
    int count;

    if (stat(path, &about) != 0 || !S_ISDIR(about.st_mode)) {
        replay_file(path);
        return;
    }
    count = scandir(path, &entries, is_visible, alphasort);
    for (int i = 0; i < count; i++) {
        char inside[4096];
        snprintf(inside, sizeof inside, "%s/%s", path, entries[i]->d_name);
        replay(inside);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
}

int main(int argc, char **argv)
{
    signal(SIGABRT, keep);
    for (int i = 1; i < argc; i++) {
        if (strncmp(argv[i], "--rounds=", 9) == 0)
            rounds = strtol(argv[i] + 9, NULL, 10);
        else
            replay(argv[i]);
    }
    printf("%ld files, %ld runs\n", files, runs);
    return files ? 0 : 1;
}
