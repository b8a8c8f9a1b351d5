/* runner.c - plays dialogues (README.md): against the engine, over TCP, or into a fuzzer's corpus. */
#define _DEFAULT_SOURCE
#include "dialogue.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char usage[] =
    "dialogue [OPTIONS] FILE-OR-FOLDER...\n"
    "  --seed N              the first seed of the random splits (default 1)\n"
    "  --splits N            how many random splits of each kind (default 12)\n"
    "  --mode NAME           only the whole run and this way of cutting\n"
    "  --verbose             show the first run of each\n"
    "  --list                name, title and source of each, parted by tabs\n"
    "  --corpus FOLDER       write the client's octets of each to a file there\n"
    "  --tcp HOST:PORT       play them against a server\n"
    "  --server-command 'PROGRAM --port 0'   start this for each, with options for its settings\n"
    "  --codes               over TCP: compare reply codes only, and print a table\n"
    "  --seconds N           over TCP: how long to wait for a reply (default 5)\n";

struct job {
    struct options play;
    tcp_options tcp;
    int list;
    const char *corpus;
    long runs, passed, failed, skipped;
    int bad_files;
};

/* ---- if it crashes ---------------------------------------------------------------------------- */

static char playing[512];

void now_playing(const char *dialogue, const char *mode, uint64_t seed)
{
    snprintf(playing, sizeof playing, "%s: crashed when played --mode %s --seed %llu --splits 1\n", dialogue,
             mode, (unsigned long long)seed);
}

/* A sanitizer has more to say of a crash, and says it itself. */
#if defined(__SANITIZE_ADDRESS__)
enum { SANITIZED = 1 };
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
enum { SANITIZED = 1 };
#else
enum { SANITIZED = 0 };
#endif
#else
enum { SANITIZED = 0 };
#endif

static void on_crash(int number)
{
    ssize_t ignored = write(STDERR_FILENO, playing, strlen(playing));
    (void)ignored;
    signal(number, SIG_DFL);
    raise(number);
}

/* ---- what to do with one file ----------------------------------------------------------------- */

static void write_corpus(const struct dialogue *dialogue, const char *folder)
{
    char path[1024], name[512];
    FILE *file;

    snprintf(name, sizeof name, "%s", dialogue->name);
    for (char *at = name; *at; at++)
        if (*at == '/')
            *at = '-';
    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "wb");
    if (!file) {
        fprintf(stderr, "dialogue: %s: %s\n", path, strerror(errno));
        exit(2);
    }
    for (size_t i = 0; i < dialogue->step_count; i++)
        if (dialogue->steps[i].kind == STEP_CLIENT)
            fwrite(dialogue->steps[i].data, 1, dialogue->steps[i].size, file);
    fclose(file);
}

static void over_tcp(struct job *job, const struct dialogue *dialogue)
{
    static const char *const words[] = {"passed", "FAILED", "skipped"};
    octets why = {0};
    enum verdict verdict = tcp_play(dialogue, &job->tcp, &why);

    job->runs++;
    job->passed += verdict == PASSED;
    job->failed += verdict == FAILED;
    job->skipped += verdict == SKIPPED;
    if (job->tcp.codes || verdict == FAILED || job->play.verbose)
        printf("%-7s  %-40s %s%s\n", words[verdict], dialogue->name, why.size ? (const char *)why.data : "",
               job->tcp.codes && verdict == PASSED ? dialogue->title : "");
    octets_free(&why);
}

static void one_file(struct job *job, const char *path, const char *name)
{
    struct dialogue *dialogue = dialogue_read(path, name);

    if (!dialogue) {
        job->bad_files++;
        return;
    }
    if (job->list) {
        printf("%s\t%s\t%s\n", dialogue->name, dialogue->title, dialogue->shows);
    } else if (job->corpus) {
        write_corpus(dialogue, job->corpus);
        job->passed++;
    } else if (job->tcp.address || job->tcp.server_command) {
        over_tcp(job, dialogue);
    } else {
        int well = play_all(dialogue, &job->play, &job->runs);
        job->passed += well;
        job->failed += !well;
    }
    fflush(stdout);
    dialogue_free(dialogue);
}

/* ---- which files ------------------------------------------------------------------------------ */

typedef struct names {
    char **item;
    size_t count;
    pool pool;
} names;

static int by_name(const void *one, const void *other)
{
    return strcmp(*(char *const *)one, *(char *const *)other);
}

static void find(names *to, const char *path)
{
    struct stat about;
    DIR *folder;
    struct dirent *entry;
    size_t size = strlen(path);

    if (stat(path, &about) != 0) {
        fprintf(stderr, "dialogue: %s: %s\n", path, strerror(errno));
        exit(2);
    }
    if (!S_ISDIR(about.st_mode)) {
        to->item = pool_grow(&to->pool, to->item, to->count, sizeof *to->item);
        to->item[to->count++] = pool_copy(&to->pool, path, size);
        return;
    }
    folder = opendir(path);
    while (folder && (entry = readdir(folder)) != NULL) {
        char inner[1024];
        size_t length = strlen(entry->d_name);
        if (entry->d_name[0] == '.')
            continue;
        snprintf(inner, sizeof inner, "%s%s%s", path, path[size - 1] == '/' ? "" : "/", entry->d_name);
        if (stat(inner, &about) == 0 &&
            (S_ISDIR(about.st_mode) || (length > 4 && strcmp(entry->d_name + length - 4, ".txt") == 0)))
            find(to, inner);
    }
    if (folder)
        closedir(folder);
}

/* topic/name, without what stands before and behind. */
static void all_files(struct job *job, names *files)
{
    if (files->count)
        qsort(files->item, files->count, sizeof *files->item, by_name);
    for (size_t i = 0; i < files->count; i++) {
        char name[512];
        const char *at = files->item[i], *slash = strrchr(at, '/');
        size_t size;
        while (slash && slash > at && slash[-1] != '/')
            slash--;
        snprintf(name, sizeof name, "%s", slash ? slash : at);
        size = strlen(name);
        if (size > 4 && strcmp(name + size - 4, ".txt") == 0)
            name[size - 4] = 0;
        one_file(job, at, name);
    }
}

/* ---- options ---------------------------------------------------------------------------------- */

static _Noreturn void bad_option(const char *what)
{
    fprintf(stderr, "dialogue: %s\n%s", what, usage);
    exit(2);
}

static const char *value_of(int argc, char **argv, int *at)
{
    if (++*at >= argc)
        bad_option("an option lacks its value");
    return argv[*at];
}

static long number_of(int argc, char **argv, int *at)
{
    const char *text = value_of(argc, argv, at);
    char *end;
    long number = strtol(text, &end, 10);
    if (*text == 0 || *end || number < 0)
        bad_option("an option lacks its number");
    return number;
}

static void option(struct job *job, int argc, char **argv, int *at)
{
    const char *name = argv[*at];

    if (strcmp(name, "--seed") == 0)
        job->play.seed = (uint64_t)number_of(argc, argv, at);
    else if (strcmp(name, "--splits") == 0)
        job->play.splits = (int)number_of(argc, argv, at);
    else if (strcmp(name, "--mode") == 0)
        job->play.only_mode = value_of(argc, argv, at);
    else if (strcmp(name, "--verbose") == 0)
        job->play.verbose = 1;
    else if (strcmp(name, "--list") == 0)
        job->list = 1;
    else if (strcmp(name, "--corpus") == 0)
        job->corpus = value_of(argc, argv, at);
    else if (strcmp(name, "--tcp") == 0)
        job->tcp.address = value_of(argc, argv, at);
    else if (strcmp(name, "--server-command") == 0)
        job->tcp.server_command = value_of(argc, argv, at);
    else if (strcmp(name, "--codes") == 0)
        job->tcp.codes = 1;
    else if (strcmp(name, "--seconds") == 0)
        job->tcp.seconds = (int)number_of(argc, argv, at);
    else
        bad_option(name);
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    struct job job = {.play = {.seed = 1, .splits = 12}, .tcp = {.seconds = 5}};
    names files = {0};
    double began = now();

    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0) {
            fputs(usage, stdout);
            return 0;
        }
        if (argv[i][0] == '-')
            option(&job, argc, argv, &i);
        else
            find(&files, argv[i]);
    }
    if (files.count == 0)
        bad_option("no dialogues given");
    if (job.play.only_mode && !mode_exists(job.play.only_mode))
        bad_option("no such mode");
    if (job.corpus)
        mkdir(job.corpus, 0777); /* where it is there already, so much the better */
    if (job.tcp.address && !tcp_reachable(job.tcp.address)) {
        fprintf(stderr, "dialogue: cannot connect to %s\n", job.tcp.address);
        return 2;
    }
    if (!SANITIZED) {
        signal(SIGSEGV, on_crash);
        signal(SIGBUS, on_crash);
        signal(SIGABRT, on_crash);
    }
    all_files(&job, &files);
    pool_free(&files.pool);
    if (job.list)
        return job.bad_files ? 2 : 0;
    printf("%ld dialogues, %ld runs, seed %llu, %.1f seconds\n", job.passed + job.failed + job.skipped,
           job.runs, (unsigned long long)job.play.seed, now() - began);
    if (job.skipped)
        printf("%ld skipped: they need what cannot be done over TCP (--verbose says what)\n", job.skipped);
    if (job.bad_files)
        printf("%d files are not well-formed\n", job.bad_files);
    printf("%ld passed, %ld failed\n", job.passed, job.failed);
    return job.failed || job.bad_files ? 1 : 0;
}
