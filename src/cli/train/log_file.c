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
    cli_keep_messages(log->file, RUN_LOG);
    return log->file != NULL ? DONE : cli_failed("out of memory for messages");
}

/* An empty line stands between the messages of two commands. */
enum exit_status train_log_open(struct training *training)
{
    struct train_log *log = &training->log;
    struct run_path path = run_path(&training->run, RUN_LOG);
    log->path = run_file(training->run.folder, RUN_LOG);
    if (path_is_there(path.text) && !path_is_file(path.text)) {
        return cli_failed("%s: expected a file, found something else", path.text);
    }
    FILE *file = path_open_file(path.text, "a");
    if (file == NULL) {
        return cli_failed("%s: cannot open: %s", path.text, strerror(errno));
    }
    setvbuf(file, NULL, _IOLBF, BUFSIZ);
    cli_keep_messages(file, log->path.text);
    (void)fclose(log->file); /* which completes the text */
    log->file = file;
    fputs(ftell(file) > 0 ? "\n" : "", file);
    fputs(log->early, file);
    if (fflush(file) != 0 || ferror(file)) {
        cli_not_kept(log->path.text);
    }
    return DONE;
}

void train_log_close(struct training *training)
{
    struct train_log *log = &training->log;
    cli_keep_messages(NULL, NULL);
    if (log->file != NULL && fclose(log->file) != 0 && log->path.text[0] != '\0') {
        cli_not_kept(log->path.text);
    }
    free(log->early);
}
