/*
 * The run's log.txt: all messages of the command, those before there was a run folder as well.
 */
#include "cli/train/train.h"

#include "cli/base/paths.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum exit_status train_log_keep(struct training *training)
{
    struct train_log *log = &training->log;
    log->file = open_memstream(&log->early, &log->size);
    cli_keep_messages(log->file);
    return log->file != NULL ? DONE : cli_failed("out of memory for messages");
}

/* An empty line stands between the messages of two commands. */
enum exit_status train_log_open(struct training *training)
{
    struct train_log *log = &training->log;
    struct run_path path = run_path(&training->run, RUN_LOG);
    if (path_is_there(path.text) && !path_is_file(path.text)) {
        return cli_failed("%s: expected a file, found something else", path.text);
    }
    FILE *file = path_open_file(path.text, "a");
    if (file == NULL) {
        return cli_failed("%s: cannot open: %s", path.text, strerror(errno));
    }
    setvbuf(file, NULL, _IOLBF, BUFSIZ);
    cli_keep_messages(file);
    (void)fclose(log->file); /* which completes the text */
    log->file = file;
    fprintf(file, "%s%s", ftell(file) > 0 ? "\n" : "", log->early);
    return DONE;
}

void train_log_close(struct training *training)
{
    struct train_log *log = &training->log;
    cli_keep_messages(NULL);
    if (log->file != NULL) {
        (void)fclose(log->file);
    }
    free(log->early);
}
