/*
 * What the linker's --wrap puts in front of the trainer's step and the fit's save in the command.
 * So a test says at which step of the process a signal comes, whatever the speed of the machine:
 *
 *   SIGNAL_AT_STEP="57 INT"       SIGINT while step 57 goes on
 *   SIGNAL_AT_STEP="57 INT TERM"  and then SIGTERM
 *   SIGNAL_AT_STEP="57 KILL"      the process ends before step 57
 *   SIGNAL_AT_STEP="57 STOP"      the process waits there for SIGCONT
 *   SIGNAL_AT_STEP="57 TSTP"      as for Ctrl-Z
 *
 * and counts the checkpoints: COUNT_SAVES=FILE gets a line for each.
 */
#include <descent/descent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

descent_status __real_descent_trainer_step(descent_trainer *trainer, const descent_batch *batch,
                                           double learning_rate, descent_metrics *metrics);
descent_status __wrap_descent_trainer_step(descent_trainer *trainer, const descent_batch *batch,
                                           double learning_rate, descent_metrics *metrics);

descent_status __real_descent_fit_save(const descent_fit *fit, const char *path, const char *text);
descent_status __wrap_descent_fit_save(const descent_fit *fit, const char *path, const char *text);

static const struct {
    const char *name;
    int signal;
} signals[] = {{"INT", SIGINT},   {"TERM", SIGTERM}, {"HUP", SIGHUP},  {"XCPU", SIGXCPU},
               {"KILL", SIGKILL}, {"STOP", SIGSTOP}, {"TSTP", SIGTSTP}};

static void raise_all(const char *names)
{
    while (*names != '\0') {
        size_t length = strcspn(names, " "), i = 0;
        while (strncmp(names, signals[i].name, length) != 0) {
            i++;
        }
        raise(signals[i].signal);
        names += length + strspn(names + length, " ");
    }
}

descent_status __wrap_descent_trainer_step(descent_trainer *trainer, const descent_batch *batch,
                                           double learning_rate, descent_metrics *metrics)
{
    static unsigned long steps;
    const char *when = getenv("SIGNAL_AT_STEP");
    steps++;
    if (when != NULL) {
        char *names = NULL;
        if (strtoul(when, &names, 10) == steps) {
            raise_all(names + strspn(names, " "));
        }
    }
    return __real_descent_trainer_step(trainer, batch, learning_rate, metrics);
}

descent_status __wrap_descent_fit_save(const descent_fit *fit, const char *path, const char *text)
{
    const char *count = getenv("COUNT_SAVES");
    FILE *file = count != NULL ? fopen(count, "a") : NULL;
    if (file != NULL) {
        fprintf(file, "%ju\n", (uintmax_t)descent_fit_progress(fit)->epoch);
        fclose(file);
    }
    return __real_descent_fit_save(fit, path, text);
}
