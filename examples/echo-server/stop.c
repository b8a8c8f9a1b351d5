/* stop.c - see stop.h: a handler writes into a pipe, so that no signal is lost between a look at a
 * flag and the wait after it. */
#include "stop.h"

#include "support.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t asked, write_end;

int stop_asked(void)
{
    return asked;
}

static void on_signal(int number)
{
    (void)number;
    int error = errno;
    asked = 1;
    ssize_t written = write(write_end, "", 1); /* a full pipe says it as well */
    (void)written;
    errno = error;
}

int stop_descriptor(void)
{
    int ends[2];
    if (pipe(ends) != 0)
        fail("cannot make a pipe: %s", strerror(errno));
    for (int i = 0; i < 2; i++) {
        fcntl(ends[i], F_SETFL, O_NONBLOCK);
        fcntl(ends[i], F_SETFD, FD_CLOEXEC);
    }
    write_end = ends[1];

    struct sigaction action = {.sa_handler = on_signal};
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, NULL);
    return ends[0];
}
